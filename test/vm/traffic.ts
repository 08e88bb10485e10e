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

/** What joins the two to the router: `lan` and `far` are its ends, their `eth0` the others. */
export interface Cables {
	lan: string;
	far: string;
	/** A script that makes them and gives the namespaces their ends. */
	make: string;
	/** A script that takes them away. */
	remove: string;
}

export const VETH: Cables = {
	lan: 'lan0',
	far: 'far0',
	make: `
ip link add lan0 type veth peer name eth0 netns client
ip link add far0 type veth peer name eth0 netns server`,
	remove: 'ip link del lan0; ip link del far0'
};

const NAMESPACES = 'set -e; ip netns add client; ip netns add server; ip link set eth2 up';

const join = ({ lan, far, make }: Cables) => `
set -e
${make}
ip link set ${lan} up; ip link set ${far} up
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
uci add_list network.@device[0].ports=${VETH.lan}
uci add_list network.@device[0].ports=eth2
uci add_list network.lan.ip6addr=fd77:1::1/64
uci set network.far=interface
uci set network.far.device=${VETH.far}
uci set network.far.proto=static
uci set network.far.ipaddr=10.9.9.1
uci set network.far.netmask=255.255.255.0
uci add_list network.far.ip6addr=fd09:9::1/64
wan=$(uci show firewall | sed -n "s/^\\(firewall.@zone.*\\).name='wan'$/\\1/p")
uci add_list "$wan.network=far"
uci commit
/etc/init.d/network reload
`;

const SERVER_PROGRAM = `uhttpd -p ${SERVER.ipv4}:${SERVER.port}`;
const SERVE = `ip netns exec server ${SERVER_PROGRAM} -p '[${SERVER.ipv6}]:${SERVER.port}' -h /tmp/served -n 64 -T 5`;
/** uhttpd reads a file to its end although its client is gone, and answers nobody meanwhile: seen busy, the file open, and its connection in CLOSE_WAIT. */
const SERVE_ANEW = `
	for server in $(pgrep -f '^${SERVER_PROGRAM}'); do
		kill -9 $server
		while [ -e /proc/$server ]; do :; done
	done
	${SERVE}`;

const SERVICES = `
set -e
mkdir -p /tmp/served
dd if=/dev/zero of=/tmp/served/file bs=1M count=${FILE_SIZE / 1024 / 1024} 2>/dev/null
# A hole in memory: it takes none.
dd if=/dev/zero of=/tmp/served/long bs=1M count=0 seek=65536 2>/dev/null
cat > /tmp/served-dns.conf <<END
no-resolv
port=5300
pid-file=/tmp/served-dns.pid
address=/test/192.0.2.1
END
${SERVE}
ip netns exec server dnsmasq -C /tmp/served-dns.conf
`;

/** Needs ip-full, which no default image has: installs it where it is missing, which takes a network. */
export async function openTraffic(router: Router): Promise<void> {
	if ((await router.try('ip netns list')).code !== 0)
		await router.run(
			'if command -v apk; then apk add ip-full; else opkg update; opkg install ip-full; fi',
			120
		);
	await router.run(NAMESPACES + join(VETH));
	await router.run(NETWORKS);
	await untilFar(router, true);
	await router.run(SERVICES);
	await router.run('fw4 -q reload');
	await untilThrough(router);
}

/**
 * Joins client and server by other cables, with the addresses they have. Of the configuration only the two ends change,
 * which the case's end puts back; {@link rejoin} does the same for the cables.
 */
export async function replug(router: Router, to: Cables): Promise<void> {
	await router.run(VETH.remove);
	await untilFar(router, false);
	await router.run(join(to));
	await router.run(`
		uci del_list network.@device[0].ports=${VETH.lan}
		uci add_list network.@device[0].ports=${to.lan}
		uci set network.far.device=${to.far}
		uci commit network`);
	await reloadNetwork(router);
	await untilThrough(router);
}

/** With `far` changed, or by a script that has it come up again. Then the firewall is reloaded by itself, which is waited for, too. */
export async function reloadNetwork(router: Router, script = '/etc/init.d/network reload'): Promise<void> {
	const reloads = async () => Number(await router.run("logread -e 'firewall due to ifup of far' | wc -l"));
	const before = await reloads();
	await router.run(script);
	await until('the firewall with the new network', 60, async () => {
		const going = (await router.try('pgrep -f "hotplug-call iface"')).code === 0;
		return (await reloads()) > before && !going;
	});
}

/** Back to the cables of {@link openTraffic}. */
export async function rejoin(router: Router, from: Cables): Promise<void> {
	await router.run(from.remove);
	await router.run(join(VETH));
}

function untilFar(router: Router, up: boolean): Promise<unknown> {
	return until(`the network \`far\` ${up ? 'up' : 'down'}`, 60, async () => {
		const status = await router.run('ubus call network.interface.far status');
		return status.includes(`"up": ${up}`);
	});
}

/** Waits until the server answers the client: a download that is started before fails, and is the last. */
export async function untilThrough(router: Router): Promise<void> {
	for (const address of [SERVER.ipv4, SERVER.ipv6])
		await until(`a way from the client to ${address}`, 60, async () => {
			return (await router.try(`ip netns exec client ping -c 1 -W 1 ${address}`)).code === 0;
		});
}

export type Family = 'ipv4' | 'ipv6';

/** How the kernel's list marks a connection that a flowtable has, and one of which hardware has taken a direction. */
export type Mark = '[OFFLOAD]' | '[HW_OFFLOAD]';

/** The lines of the kernel's list. */
export async function connections(
	router: Router,
	family: Family,
	protocol: 'tcp' | 'udp'
): Promise<string[]> {
	const list = await router.run('cat /proc/net/nf_conntrack');
	return list.split('\n').filter((line) => new RegExp(`^${family} .* ${protocol} `).test(line));
}

/** Waits until one carries the mark: its line. */
export function untilMarked(
	router: Router,
	family: Family,
	protocol: 'tcp' | 'udp',
	mark: Mark = '[OFFLOAD]'
): Promise<string> {
	return until(`${protocol} over ${family} ${mark}`, 30, async () =>
		(await connections(router, family, protocol)).find((line) => line.includes(mark))
	);
}

/** `file` is of {@link FILE_SIZE}; `long` does not end within a test. */
type Served = 'file' | 'long';

const address = (family: Family, served: Served = 'file') =>
	`http://${family === 'ipv4' ? SERVER.ipv4 : `[${SERVER.ipv6}]`}:${SERVER.port}/${served}`;

/** One download of so many bytes: how many came, within `seconds` at the most. */
export async function download(
	router: Router,
	bytes: number,
	family: Family = 'ipv4',
	seconds = 40
): Promise<number> {
	// uclient-fetch goes on although nobody reads any more.
	const counted = await router.run(
		`
		ip netns exec client sh -c 'wget -q -O - ${address(family)} 2>/dev/null | head -c ${bytes} | wc -c' >/tmp/counted &
		for second in $(seq ${seconds}); do [ -s /tmp/counted ] && break; sleep 1; done
		killall uclient-fetch
		wait
		cat /tmp/counted`,
		seconds * 3
	);
	return Number(counted);
}

const COUNTER = 'vm_forwarded';

/** Has the router count, ahead of its firewall, the server's packets that its CPU forwards. {@link stopTraffic} ends it. */
export async function countForwarded(router: Router): Promise<void> {
	await router.run(`
		nft -f - <<-END
			table inet ${COUNTER} {
				counter upload {}
				counter download {}
				chain forward {
					type filter hook forward priority -500
					tcp dport ${SERVER.port} counter name upload
					tcp sport ${SERVER.port} counter name download
				}
			}
		END`);
}

/** Packets by now. */
export async function forwarded(router: Router): Promise<{ upload: number; download: number }> {
	const list = await router.run(`nft list counters table inet ${COUNTER}`);
	const packets = (name: string) => Number(new RegExp(`counter ${name} {\\s+packets (\\d+)`).exec(list)?.[1]);
	return { upload: packets('upload'), download: packets('download') };
}

/** Starts a download in the background over and over, through IPv4 or IPv6. One that fails is the last, and is told. */
export async function startDownload(
	router: Router,
	family: Family = 'ipv4',
	served: Served = 'file'
): Promise<void> {
	const loop = `while wget -O /dev/null ${address(family, served)} 2>/tmp/download.$$; do :; done; date; cat /tmp/download.$$`;
	await router.run(
		`ip netns exec client sh -c '${loop}' </dev/null >>/tmp/downloads.failed 2>&1 & echo $! >>/tmp/downloads`
	);
}

/**
 * Has the client keep three downloads going over each family, each of a quarter of a mebibyte a second, and begin anew where one
 * has brought nothing for a while: as a household does, also behind a router that has stopped to forward. The processor is left time.
 */
export async function startHousehold(router: Router, families: readonly Family[] = ['ipv4']): Promise<void> {
	const paced = 'while [ "$(head -c 262144 | wc -c)" != 0 ]; do sleep 1; done';
	const one = (family: Family) => `wget -T 8 -O - ${address(family, 'long')} 2>/dev/null | ${paced}`;
	const keepGoing = families.map(
		(family) => `[ $(pgrep -f 'wget .*${SERVER[family]}' | wc -l) -ge 3 ] || { ${one(family)}; } &`
	);
	await router.run(`
		cat >/tmp/household <<-'END'
			while sleep 1; do
				${keepGoing.join('\n\t\t\t\t')}
			done
		END
		ip netns exec client sh /tmp/household </dev/null >>/tmp/downloads.failed 2>&1 & echo $! >>/tmp/downloads`);
}

/** Ends all downloads, and the counting. What is returned tells of those that had failed before. */
export function stopTraffic(router: Router): Promise<string> {
	return router.run(`
		nft delete table inet ${COUNTER} 2>/dev/null
		[ -e /tmp/downloads ] || exit 0
		for process in $(cat /tmp/downloads); do kill $process 2>/dev/null; done
		killall -q uclient-fetch
		${SERVE_ANEW}
		cat /tmp/downloads.failed
		rm /tmp/download*`);
}
