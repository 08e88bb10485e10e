// SPDX-License-Identifier: Apache-2.0
/** Puts the shared router back after a case, and tells what its log has complained about meanwhile. */
import type { Router } from './router.ts';
import { until } from './until.ts';

/** On the flash, where there is one: a case may reset the router. */
const BASELINE = '/root/vm-baseline';
/** The kernel's rules and flowtables without counters and elements: loading them anew takes seconds. */
const RULES = 'nft -s -t list ruleset';
const BASELINE_RULES = `${BASELINE}.nft`;

export async function saveBaseline(router: Router): Promise<void> {
	await router.run(`rm -rf ${BASELINE}; cp -a /etc/config ${BASELINE}; ${RULES} >${BASELINE_RULES}`);
}

/** A change under way, configuration, staged changes and a pending rollback; the firewall then says what the configuration says. */
export async function restore(router: Router): Promise<void> {
	await router.run(
		`
		[ ! -e /etc/nft-offload/change.json ] || /etc/init.d/nft-offload stop
		if [ -e /var/run/rpcd/snapshot-files ]; then
			/etc/init.d/rpcd stop
			rm -rf /var/run/rpcd
			/etc/init.d/rpcd start
		fi
		rm -rf /tmp/.uci /var/run/rpcd/uci-*
		cmp -s ${BASELINE}/network /etc/config/network || network=changed
		for file in ${BASELINE}/*; do
			cmp -s $file /etc/config/\${file##*/} || cp -a $file /etc/config/
		done
		for file in /etc/config/*; do
			[ -e ${BASELINE}/\${file##*/} ] || rm $file
		done
		[ -z "$network" ] || /etc/init.d/network reload
		${RULES} | cmp -s - ${BASELINE_RULES} || fw4 -q reload || fw4 -q start
		nft delete chain inet fw4 nft_offload_policy 2>/dev/null
		true`,
		120
	);
	await until('rpcd', 30, async () => (await router.try('ubus -t 5 list uci')).code === 0);
}

export function mark(router: Router, name: string): Promise<string> {
	return router.run(`logger -t vm-test 'start ${name.replaceAll("'", '')}'`);
}

/** What may stand in the log although it looks like an error, and why. */
const ALLOWED: readonly RegExp[] = [
	// LuCI tells every login by uhttpd's standard error.
	/uhttpd\[\d+\]: \[info\] luci: (accepted|failed) login/,
	// A case has changed firewall4's template.
	/nft-offload: policy: the chain forward offloads by other rules/,
	// QEMU's emulated processor is slower than the kernel's clock watchdog expects.
	/kernel: .*(clocksource|hrtimer: interrupt took)/,
	// The namespaces' cables are taken out of and put into the bridge.
	/kernel: .*(br-lan: port|entered (promiscuous|allmulticast)|left (promiscuous|allmulticast))/
];

const COMPLAINT = / \w+\.(emerg|alert|crit|err|warn) (rpcd|ucode|uhttpd|nft|fw4|firewall|kernel)\b/;
const CRASH =
	/segfault|Oops|BUG:|Call Trace|out of memory|Traceback|Reference error|Type error|Syntax error/i;

/** Lines that rpcd, ucode, uhttpd, nft or the kernel logged as an error since the mark, unless allowed by name. */
export async function complaints(router: Router): Promise<string[]> {
	const log = (await router.run('logread')).split(/ vm-test: start .*\n/).at(-1) ?? '';
	return log
		.split('\n')
		.filter((line) => COMPLAINT.test(line) || CRASH.test(line))
		.filter((line) => !ALLOWED.some((allowed) => allowed.test(line)));
}
