#!/bin/sh
# SPDX-License-Identifier: MIT
# The packets of a run of the plant, as Wireshark reads them: requests and responses of Modbus are recognised, no checksum is
# wrong, no packet is malformed, and in no stream anything is missing. The same seed gives the same file.
# usage: pcap.sh SIM_PLANT TSHARK WORK_DIRECTORY
. "$(dirname -- "$0")/../checks/common.sh"

plant=$1
tshark=$2
fresh_directory "$3"

"$plant" --seed 1 --pcap first.pcap
"$plant" --seed 1 --pcap second.pcap
"$plant" --seed 2 --pcap other.pcap
cmp first.pcap second.pcap || fail "the same seed gives another file"
! cmp -s first.pcap other.pcap || fail "another seed gives the same file"

# packets FILTER: how many of them the filter selects.
packets() {
    "$tshark" -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r first.pcap -Y "$1" >selected 2>tshark.log ||
        { cat tshark.log; fail "tshark cannot read the file"; }
    wc -l <selected
}

[ "$(packets 'modbus.func_code == 3 && tcp.dstport == 502')" -gt 1000 ] || fail "there are no requests to read"
[ "$(packets 'modbus.func_code == 3 && tcp.srcport == 502')" -gt 1000 ] || fail "there are no responses"
[ "$(packets 'modbus.func_code == 6')" -gt 500 ] || fail "there are no requests to write"
[ "$(packets 'tcp.flags.reset == 1')" -gt 0 ] || fail "there is no reset"
[ "$(packets 'tcp.flags.fin == 1')" -gt 0 ] || fail "no stream ends"
for bad in 'tcp.checksum.status == "Bad"' 'ip.checksum.status == "Bad"' '_ws.malformed' 'tcp.analysis.lost_segment' \
    'tcp.analysis.ack_lost_segment' 'tcp.analysis.out_of_order'; do
    [ "$(packets "$bad")" = 0 ] || { head selected; fail "$bad"; }
done
echo "$(packets 'tcp') packets"
