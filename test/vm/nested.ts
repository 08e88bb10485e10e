// SPDX-License-Identifier: Apache-2.0
/**
 * An uplink that is a VLAN in a VLAN, in a zone with a device of its own. Stands for PPPoE on a VLAN: firewall4 hooks what the network
 * names, and the packets come in above it.
 */
import { SOFTWARE } from './offloading.ts';
import type { Router } from './router.ts';
import { reloadNetwork, SERVER } from './traffic.ts';
import { until } from './until.ts';

/** Has the server behind `far9` over VLAN 7 of this port, and offloads in software. The configuration is put back by the case's end. */
export async function nestUplink(router: Router, port: string): Promise<void> {
	await router.run(`
		set -e
		ip -n server link add link eth0 name vlan7 type vlan id 7
		ip -n server link add link vlan7 name vlan9 type vlan id 9
		# Two tags have to fit into the ports' frames.
		ip -n server link set vlan9 mtu 1492
		ip -n server link set vlan7 up; ip -n server link set vlan9 up
		ip -n server addr del ${SERVER.ipv4}/24 dev eth0
		ip -n server addr add ${SERVER.ipv4}/24 dev vlan9
		ip -n server route add default via 10.9.9.1
		uci set network.far.device=${port}.7
		uci set network.far.proto=none
		uci commit network
		uci set firewall.nested=zone
		uci set firewall.nested.name=nested
		uci add_list firewall.nested.device=far9
		uci set firewall.nested.input=ACCEPT
		uci set firewall.nested.output=ACCEPT
		uci set firewall.nested.forward=REJECT
		uci set firewall.nested.masq=1
		uci set firewall.through=forwarding
		uci set firewall.through.src=lan
		uci set firewall.through.dest=nested
		uci commit firewall`);
	await reloadNetwork(router);
	await router.run(`
		set -e
		ip link add link ${port}.7 name far9 type vlan id 9
		ip addr add 10.9.9.1/24 dev far9
		ip link set far9 mtu 1492 up
		ip route add default via ${SERVER.ipv4} dev far9 metric 1
		${SOFTWARE}`);
	await until('the nested uplink', 60, async () => {
		return (await router.try(`ip netns exec client ping -c 1 -W 1 ${SERVER.ipv4}`)).code === 0;
	});
}

export async function unnestUplink(router: Router): Promise<void> {
	await router.run('ip route del default dev far9; ip link del far9');
}
