import { expect } from 'chai';
import { requestsIn } from '../../../bench/operator/requests';

const TEXT = `# HELP apiserver_request_total [STABLE] Counter of apiserver requests.
# TYPE apiserver_request_total counter
apiserver_request_total{code="200",component="apiserver",dry_run="",group="a.example",resource="kites",scope="resource",subresource="status",verb="PUT",version="v1"} 1200
apiserver_request_total{code="409",component="apiserver",dry_run="",group="a.example",resource="kites",scope="resource",subresource="status",verb="PUT",version="v1"} 1.2e+06
apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="secrets",scope="cluster",subresource="",verb="WATCH",version="v1"} 3
apiserver_request_total_of_something_else{code="200",verb="PUT"} 7
etcd_requests_total{operation="get"} 8
`;

describe("the API server's count of requests", () => {
  it('is read from its metrics, and nothing else is', () => {
    const status = { group: 'a.example', resource: 'kites', subresource: 'status', verb: 'PUT' };
    expect(requestsIn(TEXT)).to.deep.equal([
      { ...status, code: '200', count: 1_200 },
      { ...status, code: '409', count: 1_200_000 },
      { group: '', resource: 'secrets', subresource: '', verb: 'WATCH', code: '200', count: 3 },
    ]);
  });

  it('is empty where nothing was counted', () => {
    expect(requestsIn('')).to.deep.equal([]);
  });
});
