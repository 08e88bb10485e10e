// SPDX-License-Identifier: Apache-2.0
/** A comparison at the router's shell, and beside it a measurement that shares nothing with it. */
import type { Comparison, Mode, Phase } from '../../rpcd/api/index.ts';
import type { Router } from './router.ts';
import { until } from './until.ts';

type Ended = Extract<Comparison, { state: 'ended' }>;

/** Seconds: two phases with their waiting, a change, and the way back. */
const TO_THE_END = 500;

async function call(router: Router, method: string, args: object): Promise<Comparison> {
	const text = await router.run(`ubus -t 30 call luci.nft-offload ${method} '${JSON.stringify(args)}'`);
	const answer = JSON.parse(text) as Comparison | { problem: string };
	if ('problem' in answer) throw new Error(`${method}: ${text}`);
	return answer;
}

export const lookAt = (router: Router): Promise<Comparison> => call(router, 'get_comparison', {});

export async function startComparison(router: Router, mode: Mode, keep_better = false): Promise<void> {
	await call(router, 'start_comparison', { mode, keep_better });
}

/** Waits until it has ended. A look each five seconds: each one takes a router's processor, which is what is measured. */
export async function untilCompared(router: Router): Promise<Ended> {
	return until('the end of the comparison', TO_THE_END, async () => {
		await router.run('sleep 5');
		const comparison = await lookAt(router);
		return comparison.state === 'ended' ? comparison : null;
	});
}

const LOG = '/tmp/measured';

/**
 * In the client's own world, each second and without a process for it: the time, how long the processor was idle, what the client's
 * own network card received and sent, and what our processes and rpcd's had taken. Its word "measuring" alone is the comparison's.
 */
const SAMPLER = `
mkfifo /tmp/never
exec 3<>/tmp/never
rpcd=$(pidof rpcd)
ticks() { read -r line </proc/$1/stat 2>/dev/null || line=') 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'; set -- \${line##*) }; taken=$((\${12:-0} + \${13:-0} + \${14:-0} + \${15:-0})); }
while :; do
	read -t 1 <&3
	read -r up idle </proc/uptime
	read -r received </sys/class/net/eth0/statistics/rx_bytes
	read -r sent </sys/class/net/eth0/statistics/tx_bytes
	read -r told </var/run/nft-offload/comparison.json
	read -r change </var/run/nft-offload/change.json
	worker=\${told#*'"pid": "'}; worker=\${worker%%'"'*}
	guard=\${change#*'"pid": "'}; guard=\${guard%%'"'*}
	ticks "$worker"; ours=$taken
	ticks "$guard"; ours=$((ours + taken))
	ticks "$rpcd"; ours=$((ours + taken))
	case $told in *'"step": "measuring"'*) measuring=1 ;; *) measuring=0 ;; esac
	echo "$up $idle $received $sent $ours $measuring"
done`;

/** Begins it, until {@link endMeasuring}. */
export async function beginMeasuring(router: Router): Promise<void> {
	await router.run(`
		rm -f /tmp/never
		cat >/tmp/sampler <<-'END'
${SAMPLER}
		END
		ip netns exec client sh /tmp/sampler </dev/null >${LOG} 2>/tmp/sampler.errors & echo $! >/tmp/sampler.pid`);
}

/** What was measured of a phase. Shares are of all cores, and of one. */
export interface Direct {
	/** Seconds since the boot. */
	began: number;
	seconds: number;
	bits: number;
	busy: number;
	/** Without the comparison's own processes, and what rpcd has answered, hundredths of a percent for 100 Mbit/s. */
	cost: number;
	/** What those take, of one core. */
	ours: number;
}

/** Ends it: the phases that it has seen, by what the client's card and the processor's idle time say. */
export async function endMeasuring(router: Router, phases: readonly Phase[]): Promise<Direct[]> {
	const text = await router.run(`kill $(cat /tmp/sampler.pid); cat ${LOG}`);
	const cores = Number(await router.run("grep -c '^cpu[0-9]' /proc/stat"));
	const lines = text
		.trim()
		.split('\n')
		.map((line) => line.split(' ').map(Number));
	const groups: number[][][] = [];
	let inside = false;
	for (const line of lines) {
		const measuring = line[5] === 1;
		if (measuring && !inside) groups.push([]);
		if (measuring) groups.at(-1)?.push(line);
		inside = measuring;
	}
	return groups.map((all, phase) => {
		// What follows a phase, its judgement, is none of it.
		const until = (all[0]?.[0] ?? 0) + (phases[phase]?.lasted ?? 0) / 1000;
		const group = all.filter(([up = 0]) => up <= until + 0.5);
		const [up0 = 0, idle0 = 0, received0 = 0, sent0 = 0, ours0 = 0] = group[0] ?? [];
		const [up1 = 0, idle1 = 0, received1 = 0, sent1 = 0, ours1 = 0] = group.at(-1) ?? [];
		const seconds = up1 - up0;
		const bits = (8 * (received1 - received0 + sent1 - sent0)) / seconds;
		const busy = 1 - (idle1 - idle0) / (seconds * cores);
		const ours = (ours1 - ours0) / 100 / seconds;
		return {
			began: up0,
			seconds,
			bits,
			busy,
			ours,
			cost: ((busy - ours / cores) * 10_000 * 100_000_000) / bits
		};
	});
}

/** What both say, for the log. */
export function side(phase: Phase | undefined, direct: Direct | undefined): string {
	if (!phase || !direct) return 'not measured';
	const mbit = (bits: number) => (bits / 1_000_000).toFixed(1);
	return `${phase.mode}: told ${mbit(phase.received + phase.sent)} Mbit/s by ${phase.counted_by}, ${phase.busy / 100} % busy (programs ${phase.programs / 100} %), ${(phase.cost ?? 0) / 100} % for 100 Mbit/s; measured ${mbit(direct.bits)} Mbit/s, ${(direct.busy * 100).toFixed(1)} %, ${(direct.cost / 100).toFixed(2)} %; ours ${(direct.ours * 100).toFixed(2)} % of a core; in software ${phase.software / 100} %, in hardware ${phase.hardware / 100} %`;
}
