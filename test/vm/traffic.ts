// SPDX-License-Identifier: Apache-2.0
/**
 * Traffic through the router without leaving it: a client and a server as network namespaces, joined by veth to
 * the bridge br-lan and to `far`, a network of the wan zone. firewall4 puts a device into its flowtable only when
 * it belongs to a network of a zone, so `far` is one in uci.
 */
import type { Router } from './router.ts';
import { until } from './until.ts';

export const CLIENT = { ipv4: '192.168.1.50', ipv6: 'fd77:1::50' };
export const SERVER = { ipv4: '10.9.9.2', ipv6: 'fd09:9::2', port: 8000 };
/** Bytes of the file that the server offers. */
export const FILE_SIZE = 64 * 1024 * 1024;

const NAMESPACES = `
set -e
ip netns add client; ip netns add server
ip link add lan0 type veth peer name eth0 netns client
ip link add far0 type veth peer name eth0 netns server
ip link set lan0 up; ip link set far0 up; ip link set eth2 up
for space in client server; do
	ip netns exec $space sysctl -qw net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.eth0.accept_ra=0
	ip -n $space link set lo up
	ip -n $space link set eth0 up
done
ip -n client addr add ${CLIENT.ipv4}/24 dev eth0
ip -n client addr add ${CLIENT.ipv6}/64 dev eth0 nodad
ip -n server addr add ${SERVER.ipv4}/24 dev eth0
ip -n server addr add ${SERVER.ipv6}/64 dev eth0 nodad
ip -n client route add default via 192.168.1.1
ip -n client -6 route add default via fd77:1::1
ip -n server route add default via 10.9.9.1
ip -n server -6 route add default via fd09:9::1
`;

const NETWORKS = `
set -e
uci add_list network.@device[0].ports=lan0
uci add_list network.@device[0].ports=eth2
uci add_list network.lan.ip6addr=fd77:1::1/64
uci set network.far=interface
uci set network.far.device=far0
uci set network.far.proto=static
uci set network.far.ipaddr=10.9.9.1
uci set network.far.netmask=255.255.255.0
uci add_list network.far.ip6addr=fd09:9::1/64
wan=$(uci show firewall | sed -n "s/^\\(firewall.@zone.*\\).name='wan'$/\\1/p")
uci add_list "$wan.network=far"
uci commit
/etc/init.d/network reload
`;

const SERVICES = `
set -e
mkdir -p /tmp/served
dd if=/dev/zero of=/tmp/served/file bs=1M count=${FILE_SIZE / 1024 / 1024} 2>/dev/null
cat > /tmp/served-dns.conf <<END
no-resolv
port=5300
pid-file=/tmp/served-dns.pid
address=/test/192.0.2.1
END
ip netns exec server uhttpd -p ${SERVER.ipv4}:${SERVER.port} -p '[${SERVER.ipv6}]:${SERVER.port}' -h /tmp/served -n 64 -T 5
ip netns exec server dnsmasq -C /tmp/served-dns.conf
`;

/** Needs ip-full, which no default image has: installs it where it is missing, which takes a network. */
export async function openTraffic(router: Router): Promise<void> {
	if ((await router.try('ip netns list')).code !== 0)
		await router.run(
			'if command -v apk; then apk add ip-full; else opkg update; opkg install ip-full; fi',
			120
		);
	await router.run(NAMESPACES);
	await router.run(NETWORKS);
	await until('the network `far`', 60, () =>
		router.run('ubus call network.interface.far status').then((status) => /"up": true/.test(status))
	);
	await router.run(SERVICES);
	await router.run('fw4 -q reload');
	for (const address of [SERVER.ipv4, SERVER.ipv6])
		await until(`a way from the client to ${address}`, 60, async () => {
			return (await router.try(`ip netns exec client ping -c 1 -W 1 ${address}`)).code === 0;
		});
}

/** Starts a download in the background over and over, through IPv4 or IPv6. One that fails is the last, and is told. */
export async function startDownload(router: Router, family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<void> {
	const host = family === 'ipv4' ? SERVER.ipv4 : `[${SERVER.ipv6}]`;
	const loop = `while wget -O /dev/null http://${host}:${SERVER.port}/file 2>/tmp/download.$$; do :; done; date; cat /tmp/download.$$`;
	await router.run(
		`ip netns exec client sh -c '${loop}' </dev/null >>/tmp/downloads.failed 2>&1 & echo $! >>/tmp/downloads`
	);
}

/** Ends all downloads. What is returned tells of those that had failed before. */
export function stopTraffic(router: Router): Promise<string> {
	return router.run(`
		[ -e /tmp/downloads ] || exit 0
		for process in $(cat /tmp/downloads); do kill $process 2>/dev/null; done
		killall -q uclient-fetch
		cat /tmp/downloads.failed
		rm /tmp/download*`);
}
