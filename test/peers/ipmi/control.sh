#!/bin/bash
# What ipmi_sim runs for each thing it asks or tells the chassis: `control.sh PORT get WHAT` or `control.sh PORT set WHAT VALUE`. It passes one line on to the test,
# and the answer back. Started for every question, so it starts nothing itself.
verb=$2 what=$3 value=${4:-}
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf '%s %s %s\n' "$verb" "$what" "$value" >&3
IFS= read -r said <&3 || exit 1
[[ $said == ok* ]] || exit 1
[[ $verb == set ]] || printf '%s:%s\n' "$what" "${said#ok }"
