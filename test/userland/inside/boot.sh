# SPDX-License-Identifier: Apache-2.0
# The first process inside, in the place of OpenWrt's own init: what S10boot prepares, ubusd and the real procd, then the boot
# scripts that matter here, in their order. procd is not process 1 and so mounts, probes and reboots nothing: it serves.

mkdir -p /var/run/ubus /var/lock /tmp/log /var/state /var/tmp /tmp/.uci
chmod 0700 /tmp/.uci
ubusd &
until ubus list >/dev/null 2>&1; do :; done
procd -s /var/run/ubus/ubus.sock &
until ubus list service >/dev/null 2>&1; do :; done
for script in /etc/rc.d/S*; do
	case ${script##*/S??} in
	firewall | network | nft-offload | rpcd | uhttpd) "$script" boot ;;
	esac
done >/tmp/log/boot 2>&1
touch /tmp/booted
# As process 1 the shell buries orphans while it waits.
while :; do wait; done
