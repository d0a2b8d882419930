"""A script as an administrator would write it with XenAPI.py, against the pool that standard input describes (the ready line of `xenpool simulator`).

It judges nothing: each step prints one line of JSON that says what happened, and python.test.ts says what should have. Time passes by the pool's pace,
and where something is waited for, by the step of the pool's control; every such wait has a bound.
"""

import http.client
import json
import ssl
import sys
import urllib.request
import xmlrpc.client
from urllib.parse import urlsplit

import XenAPI

READY = json.load(sys.stdin)
POOL = READY["pool"]
MOST_LOOKS = 400


def tell(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


def session_at(url, cafile):
    """Not logged in yet. XenAPI.py leaves the certificates to the transport it is given."""
    context = ssl.create_default_context(cafile=cafile)
    return XenAPI.Session(url, transport=xmlrpc.client.SafeTransport(context=context))


def logged_in(url, password=POOL["password"]):
    session = session_at(url, POOL["caFile"])
    session.xenapi.login_with_password(POOL["username"], password, "1.0", "stranger.py")
    return session


def refusal(call, *args):
    """Code and parameters that a call is refused with; None when it is carried out."""
    try:
        call(*args)
    except XenAPI.Failure as failure:
        return failure.details
    return None


def let_pass(seconds):
    body = json.dumps({"seconds": seconds}).encode()
    request = urllib.request.Request(READY["control"]["url"] + "/step", data=body, method="POST")
    urllib.request.urlopen(request, timeout=30).read()


def until(what, look):
    """The first answer that is not None, with seconds of the pool between the looks."""
    for _ in range(MOST_LOOKS):
        found = look()
        if found is not None:
            return found
        let_pass(5)
    raise TimeoutError(f"{what}: not after {MOST_LOOKS} looks")


def is_guest(record):
    return not (record["is_a_template"] or record["is_a_snapshot"] or record["is_control_domain"])


def doors():
    master, member = POOL["endpoints"][0], POOL["endpoints"][1]
    tell("wrong password", refused=refusal(logged_in, master, "not the password"))
    try:
        session_at(master, None).xenapi.login_with_password(POOL["username"], POOL["password"])
        tell("without the authority", refused=None)
    except ssl.SSLCertVerificationError as error:
        tell("without the authority", refused=error.verify_message)
    sent_to = refusal(logged_in, member)
    port = urlsplit(member).port
    followed = logged_in(f"https://{sent_to[1]}:{port}")
    tell("member", refused=sent_to, hosts=len(followed.xenapi.host.get_all()))
    followed.xenapi.session.logout()
    return logged_in(master)


def listing(api):
    hosts = api.host.get_all_records()
    guests = {ref: record for ref, record in api.VM.get_all_records().items() if is_guest(record)}
    pool = api.pool.get_all_records()
    tell(
        "list",
        addresses=sorted(record["address"] for record in hosts.values()),
        same=sorted(hosts) == sorted(api.host.get_all()),
        master=hosts[list(pool.values())[0]["master"]]["address"],
        guests=len(guests),
        running=sum(record["power_state"] == "Running" for record in guests.values()),
        residents=sum(len([vm for vm in record["resident_VMs"] if vm in guests]) for record in hosts.values()),
        kinds=sorted({type(record["memory_static_max"]).__name__ for record in guests.values()}),
    )
    return hosts, guests


def movable(api, hosts, guests, away_from):
    """A running guest of another host that nothing keeps there."""
    for ref, record in guests.items():
        host = record["resident_on"]
        if record["power_state"] != "Running" or host == away_from:
            continue
        if ref not in api.host.get_vms_which_prevent_evacuation(host):
            return ref, host, next(other for other in hosts if other not in (host, away_from))
    raise LookupError("no guest that could move")


def refusals(api, session, vm, host):
    tell("start what runs", vm=vm, refused=refusal(api.VM.start, vm, False, False))
    tell("unknown reference", refused=refusal(api.VM.get_record, "OpaqueRef:nobody"))
    tell("reboot of an enabled host", host=host, refused=refusal(api.host.reboot, host))
    tell("unknown method", refused=refusal(api.VM.teleport, vm))
    # Past the library, which would log in again by itself.
    tell("unknown session", answer=session.VM.get_all("OpaqueRef:nobody"))


def watching(api, guests):
    """A loop of event.from, while a halted guest is started by another call."""
    halted = next(ref for ref, record in guests.items() if record["power_state"] == "Halted")
    batch = event_from(api, ["vm"], "")
    first = {event["ref"] for event in batch["events"]}
    token, seen = batch["token"], []
    api.Async.VM.start(halted, False, False)
    for _ in range(MOST_LOOKS):
        batch = event_from(api, ["vm"], token)
        token = batch["token"]
        seen += [event for event in batch["events"] if event["ref"] == halted]
        if seen and seen[-1]["snapshot"]["power_state"] == "Running":
            break
    tell(
        "events",
        complete=first >= set(guests),
        operations=sorted({event["operation"] for event in seen}),
        classes=sorted({event["class"] for event in seen}),
        last=seen[-1]["snapshot"]["power_state"],
        counts=batch["valid_ref_counts"]["vm"] == len(first),
        quiet=event_from(api, ["vm/OpaqueRef:nobody"], token)["events"],
        garbage=refusal(event_from, api, ["vm"], "no token"),
    )


def event_from(api, classes, token):
    """`from` is a word of the language. The time-out must be a double."""
    return getattr(api.event, "from")(classes, token, 30.0)


def power(api, vm):
    states = []
    for step in (api.VM.suspend, lambda one: api.VM.resume(one, False, False), api.VM.clean_shutdown, lambda one: api.VM.start(one, False, False)):
        step(vm)
        states.append(api.VM.get_power_state(vm))
    # A guest that has just been started can do nothing live until its tools run.
    until("the tools run", lambda: tools(api, vm))
    tell("power", states=states)


def tools(api, vm):
    metrics = api.VM.get_guest_metrics(vm)
    return None if metrics == "OpaqueRef:NULL" else api.VM_guest_metrics.get_PV_drivers_version(metrics).get("major")


def migration(api, vm, source, target):
    before = api.VM.get_resident_on(vm)
    api.VM.pool_migrate(vm, target, {"live": "true"})
    tell(
        "migration",
        moved=[before == source, api.VM.get_resident_on(vm) == target],
        listed=[vm in api.host.get_resident_VMs(host) for host in (source, target)],
        state=api.VM.get_power_state(vm),
    )


def task_to_its_end(api, task):
    """Records as they were seen, the last one ended."""
    records, token = [api.task.get_record(task)], ""
    for _ in range(MOST_LOOKS):
        if records[-1]["status"] != "pending":
            return records
        batch = event_from(api, ["task/" + task], token)
        token = batch["token"]
        records += [event["snapshot"] for event in batch["events"] if event["ref"] == task]
    raise TimeoutError("the task does not end")


def tasks(api, vm, target):
    task = api.Async.VM.pool_migrate(vm, target, {"live": "true"})
    records = task_to_its_end(api, task)
    last = records[-1]
    api.task.destroy(task)
    tell(
        "task",
        name=last["name_label"],
        statuses=sorted({record["status"] for record in records}),
        progress=last["progress"],
        result=last["result"],
        error=last["error_info"],
        finished=last["finished"].value > last["created"].value,
        moved=api.VM.get_resident_on(vm) == target,
        task=task,
        afterwards=refusal(api.task.get_record, task),
    )
    failing = api.Async.VM.start(vm, False, False)
    last = task_to_its_end(api, failing)[-1]
    api.task.destroy(failing)
    tell("failing task", vm=vm, status=last["status"], error=last["error_info"])


def empty(api, host):
    """As an administrator: what cannot leave is shut down, the rest moves. Guests that heed nothing are pulled the plug."""
    api.host.disable(host)
    stuck = api.host.get_vms_which_prevent_evacuation(host)
    for vm in stuck:
        api.VM.hard_shutdown(vm)
    api.host.evacuate(host)
    return stuck


def reboot(session, master, vm):
    api = session.xenapi
    uuid, old = api.VM.get_uuid(vm), session.handle
    stuck = empty(api, master)
    left = [ref for ref in api.host.get_resident_VMs(master) if is_guest(api.VM.get_record(ref))]
    api.host.reboot(master)
    went = until("the master goes", lambda: broken(session, old))
    again = until("the master is back", back)
    # Past the library: the library's own answer to it is a new login.
    raw = session.VM.get_all(old)
    same = api.VM.get_uuid(vm) == uuid
    until("the master serves guests", lambda: again.xenapi.host.get_enabled(master) or None)
    tell(
        "reboot",
        stuck=sorted(code[0] for code in stuck.values()),
        left=left,
        went=went,
        old=[raw["Status"], raw["ErrorDescription"][0], raw["ErrorDescription"][1] == old],
        library=[session.handle != old, same],
        resident=again.xenapi.VM.get_power_state(vm),
    )
    again.xenapi.session.logout()


def broken(session, handle):
    """How the connection failed, in the words of Python; or that the host is back already and knows the session no more."""
    try:
        answer = session.VM.get_all(handle)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    return answer["ErrorDescription"][0] if answer["Status"] == "Failure" else None


def back():
    try:
        return logged_in(POOL["endpoints"][0])
    except OSError:
        return None
    except XenAPI.Failure as failure:
        if failure.details[0] != "HOST_STILL_BOOTING":
            raise
        return None


def main():
    session = doors()
    api = session.xenapi
    master = api.pool.get_all_records().popitem()[1]["master"]
    hosts, guests = listing(api)
    vm, source, target = movable(api, hosts, guests, away_from=master)
    refusals(api, session, vm, master)
    watching(api, guests)
    migration(api, vm, source, target)
    power(api, vm)
    tasks(api, vm, next(host for host in hosts if host not in (api.VM.get_resident_on(vm), master)))
    reboot(session, master, vm)
    session.xenapi.session.logout()


main()
