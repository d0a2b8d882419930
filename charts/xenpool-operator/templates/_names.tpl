{{- define "xenpool.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Release and chart, or the release alone where it bears the chart's name. */}}
{{- define "xenpool.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "xenpool.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "xenpool.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "xenpool.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "xenpool.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* What never changes in the life of a release: a Deployment's selector cannot. */}}
{{- define "xenpool.selector" -}}
app.kubernetes.io/name: {{ include "xenpool.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}

{{- define "xenpool.labels" -}}
app.kubernetes.io/name: {{ include "xenpool.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "xenpool.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Namespaces with a Role for Secrets, as a YAML list. */}}
{{- define "xenpool.namespaces" -}}
{{- toYaml (default (list .Release.Namespace) .Values.watchNamespaces) -}}
{{- end -}}

{{/* What the operator may do where it may read Secrets; deploy/secrets-access/role.yaml says why. */}}
{{- define "xenpool.secretsRules" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, create]
{{- end -}}

{{- define "xenpool.subject" -}}
- kind: ServiceAccount
  name: {{ include "xenpool.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{- define "xenpool.bootName" -}}
{{- printf "%s-boot-server" (include "xenpool.fullname" .) -}}
{{- end -}}

{{- define "xenpool.bootSelector" -}}
app.kubernetes.io/name: {{ include "xenpool.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: boot-server
{{- end -}}

{{/* What the boot server may do where it writes what it saw; deploy/boot-server/access/role.yaml says why. */}}
{{- define "xenpool.bootRules" -}}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, create, update]
{{- end -}}

{{/* The keys of the boot paths, the same for both processes. */}}
{{- define "xenpool.bootKeyVolume" -}}
- name: boot-key
  secret:
    secretName: {{ .Values.bootServer.keySecret }}
    defaultMode: 0440
{{- end -}}

{{/* Whose PoolUpgrades are worked on, as both processes are told. */}}
{{- define "xenpool.namespacesEnv" -}}
- name: XENPOOL_NAMESPACES
  {{- if .Values.watchNamespaces }}
  value: {{ join "," .Values.watchNamespaces | quote }}
  {{- else if .Values.clusterWideSecrets }}
  value: ""
  {{- else }}
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
  {{- end }}
{{- end -}}
