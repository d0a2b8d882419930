"""A script with sushy, OpenStack's Redfish library, at a simulated BMC. Reads where it is from standard input; tells a line of JSON a step."""
import json
import sys

import sushy

told = json.load(sys.stdin)


def tell(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


conn = sushy.Sushy(told["origin"] + "/redfish/v1", username=told["username"], password=told["password"], verify=told["caFile"])
system = conn.get_system_collection().get_members()[0]
tell("identity", serial=system.serial_number, uuid=system.uuid, power=system.power_state.value)

system.set_system_boot_options(
    target=sushy.BOOT_SOURCE_TARGET_CD, enabled=sushy.BOOT_SOURCE_ENABLED_ONCE, mode=sushy.BOOT_SOURCE_MODE_UEFI)
system.refresh()
tell("boot", target=system.boot.target.value, enabled=system.boot.enabled.value, mode=system.boot.mode.value)

holder = system if told["mediaAt"] == "system" else system.managers[0]
slot = [one for one in holder.virtual_media.get_members() if sushy.VIRTUAL_MEDIA_CD in one.media_types][0]
slot.insert_media("http://127.0.0.1:9/boot.iso")
slot.refresh()
tell("insert", inserted=slot.inserted, image=slot.image)
slot.eject_media()
slot.refresh()
tell("eject", inserted=slot.inserted)

system.reset_system(sushy.RESET_FORCE_OFF)
tell("reset", asked="ForceOff")

try:
    sushy.Sushy(told["origin"] + "/redfish/v1", auth=sushy.auth.SessionAuth("admin", "wrong"), verify=told["caFile"])
    tell("wrong password", refused=False)
except sushy.exceptions.AccessError:
    tell("wrong password", refused=True)
