// SPDX-License-Identifier: Apache-2.0
/** What can go wrong on a router while a change of the mode is under way. A reset is not among them: router.ts makes that. */
import type { Router } from './router.ts';

/** Each ends by itself within seconds, and leaves no configuration behind. */
const SCRIPTS = {
	'rpcd killed': 'kill -9 $(pidof rpcd)',
	'rpcd reloaded': '/etc/init.d/rpcd reload',
	'uhttpd killed': 'kill -9 $(pidof uhttpd)',
	'guard killed': 'pkill -9 -f change/guard.uc',
	'plugin killed': 'pkill -9 -f libexec/rpcd/luci.nft-offload',
	'firewall reloaded': '/etc/init.d/firewall reload',
	'network reloaded': 'ifup lan',
	'/etc/config read-only': `
		mount --bind /etc/config /etc/config
		mount -o remount,bind,ro /etc/config
		sleep 3
		umount -l /etc/config`,
	'flash full': `
		dd if=/dev/zero of=/etc/full bs=64k 2>/dev/null
		sleep 3
		rm /etc/full`,
	'another apply, rolled back': `
		session=$(ubus call session create '{"timeout":60}' | jsonfilter -e '@.ubus_rpc_session')
		ubus call session grant '{"ubus_rpc_session":"'$session'","scope":"uci","objects":[["*","read"],["*","write"]]}'
		ubus call uci set '{"ubus_rpc_session":"'$session'","config":"system","section":"@system[0]","values":{"description":"another"}}'
		ubus call uci apply '{"ubus_rpc_session":"'$session'","rollback":true,"timeout":4}'`
} as const;

export type Fault = keyof typeof SCRIPTS;
export const FAULTS = Object.keys(SCRIPTS) as Fault[];

/** Begins with it at the router, which goes on by itself: a fault may hit whoever asks for it. */
export async function cause(router: Router, fault: Fault): Promise<void> {
	await router.run(`(${SCRIPTS[fault]}) </dev/null >/tmp/fault.log 2>&1 & echo $! >/tmp/fault.pid`);
}

/** Whether the last one is over. */
export async function isOver(router: Router): Promise<boolean> {
	const over = await router.try('kill -0 $(cat /tmp/fault.pid 2>/dev/null) 2>/dev/null');
	return over.code !== 0 && (await router.try('[ -e /var/run/rpcd/snapshot-files ]')).code !== 0;
}
