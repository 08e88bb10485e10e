// SPDX-License-Identifier: Apache-2.0
/**
 * What goes on around a guard, in a time of its own that goes by where the guard rests: procd and firewall4, which load the file
 * some moments after they were told, connections whose packets go on, rpcd with an apply that waits, and people.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChangeOutcome, ChangeReport, Mode, OffloadOptions, Proof } from '../../../rpcd/api/index.ts';
import type { BusReply } from '../../host/ubus.ts';
import type { Files } from '../case.ts';
import { config, flowtable, HEALTHY, state } from '../router.ts';
import type { World } from '../tiers.ts';
import { CHANGE, processOf, REPORT } from './record.ts';

export const ORDER = '/var/run/nft-offload/order.json';
export const TAKEN = '/var/run/nft-offload/order.taken';
export const MARKER = '/etc/nft-offload/change.json';
export const CONFIG = '/etc/config/firewall';
const MEMORY = '/var/run/fw4.state';
const LISTING = '/run/virtual-kernel/flowtables';
const SNAPSHOT = '/var/run/rpcd/snapshot-files/firewall';
const TABLE = '/proc/net/nf_conntrack';
/** Which of firewall4's commands were run, and why nft refuses the file. */
const RAN = '/fw4-ran';
const REFUSED = '/fw4-refused';
const RPCD_RAN = '/rpcd-ran';
const STAGED = '/uci-ran';
/** There where the file cannot be replaced. */
const READ_ONLY = '/flash-read-only';

/** What firewall4 dies of. */
const REFUSED_VALUE = /list flow_offloading|option flow_offloading(_hw)? (?!'?(0|1|off|false|true)\b)/;

const FW4 = `#!/bin/sh
echo "$1" >>"$ROUTER_ROOT${RAN}"
[ ! -e "$ROUTER_ROOT${REFUSED}" ] || { cat "$ROUTER_ROOT${REFUSED}"; exit 1; }
`;

/** Stands for the program that replaces the file under libuci's lock. */
const REPLACE = `#!/bin/sh
config=$ROUTER_ROOT${CONFIG}
[ ! -e "$ROUTER_ROOT${READ_ONLY}" ] || { echo 'Read-only file system'; exit 1; }
[ "$(cat "$ROUTER_ROOT$1")" = "$(cat "$config")" ] || { echo 'changed meanwhile'; exit 1; }
cat "$ROUTER_ROOT$2" >"$config.new" && mv "$config.new" "$config"
`;

/** The router of a change: what it says of itself, and a guard that it can have. */
export const ROUTER: Files = {
	...HEALTHY,
	'/sbin/fw4': FW4,
	'/etc/init.d/rpcd': `#!/bin/sh\necho "$1" >>"$ROUTER_ROOT${RPCD_RAN}"\n`,
	'/bin/sync': '#!/bin/sh\n',
	'/sbin/uci': `#!/bin/sh\necho "$*" >>"$ROUTER_ROOT${STAGED}"\n`,
	'/etc/init.d/nft-offload': '#!/bin/sh\n',
	'/etc/rc.d/S15nft-offload': '',
	'/usr/libexec/nft-offload/replace': REPLACE,
	'/proc/42/stat': processOf(4711)
};

export const optionsOf = (mode: Mode): OffloadOptions => ({
	flow_offloading: mode === 'off' ? null : '1',
	flow_offloading_hw: mode === 'hardware' ? '1' : null
});

/** The lines of these options in the file. */
export const linesOf = (options: OffloadOptions): string[] =>
	Object.entries(options).flatMap(([name, value]: [string, unknown]) =>
		typeof value === 'string' ? [`option ${name} '${value}'`] : []
	);

/** What a file asks for. */
export function modeIn(text: string): Mode {
	return !text.includes("flow_offloading '1'")
		? 'off'
		: text.includes("flow_offloading_hw '1'")
			? 'hardware'
			: 'software';
}

/** A change from one mode to another. */
export function report(previous: Mode, mode: Mode, more: Partial<ChangeReport> = {}): ChangeReport {
	return {
		...REPORT,
		mode,
		previous,
		options: optionsOf(mode),
		previous_options: optionsOf(previous),
		...more
	};
}

/** An order that was left for a guard. */
export const orderOf = (change: ChangeReport): string => JSON.stringify({ ...change, pid: '7', born: '7' });

/** Packets each second, both ways, of a connection. */
export interface Traffic {
	readonly sent: number;
	readonly received: number;
	readonly protocol?: 'tcp' | 'udp';
	/** Where it is not taken into the flowtable. */
	readonly path?: Mode;
	/** Of the client, where that is no device of the LAN. */
	readonly source?: string;
	/** Others take its place all the time. */
	readonly short?: true;
}

const DOWNLOAD: Traffic = { sent: 20, received: 100 };

/** What a guard has written down of a change. */
interface Written {
	phase: string;
	reason: { code: string };
	obstacle: { code: string } | null;
	outcome: ChangeOutcome | null;
	watch: { proof: Proof } | null;
}

/** Whoever has the guard killed. */
export class Killed extends Error {}

/** A sentence that a story would have of the record. */
function told({ phase, reason, obstacle, watch }: Written): string {
	if (phase === 'proving' && watch !== null) {
		return `proving: ${watch.proof.lacks ?? 'complete'} ${watch.proof.looks.toString()}`;
	}
	return phase === 'reverting' ? `reverting: ${reason.code}, ${obstacle?.code ?? 'nothing'}` : phase;
}

const MARKS: Record<Mode, string> = { off: '[ASSURED]', software: '[OFFLOAD]', hardware: '[HW_OFFLOAD]' };

export class Surroundings implements World {
	/** Seconds that procd and firewall4 take to load the file; null where they do not hear of it. */
	loadsIn: number | null = 2;
	/** What firewall4 makes of hardware. */
	fallsBack = false;
	traffic: readonly Traffic[] = [DOWNLOAD];
	counts = true;
	/** Seconds by which all is over. */
	patience = 300;
	/** Objects that nobody on the bus knows. */
	readonly lost = new Set<string>();
	/** What was said on the bus. */
	readonly said: string[] = [];
	/** What could be read of the change, in its order. */
	readonly trace: string[] = [];

	readonly #root: string;
	readonly #began = 1_086_000;
	#now = this.#began;
	#mode: Mode;
	#handle = 650;
	#load: number | null = null;
	#heard = 0;
	/** How a call begins in which the guard is killed. */
	#killer = '-';
	#packets: [sent: number, received: number][] = [];
	#agenda: { readonly due: () => boolean; readonly act: () => void }[] = [];

	/** The firewall has loaded the file as it is. */
	constructor(root: string, mode: Mode) {
		this.#root = root;
		this.#mode = mode;
		if (mode !== 'off') this.#handle += 1;
		this.#list();
		const hourAgo = Date.now() / 1000 - 3600;
		utimesSync(this.#at(MEMORY), hourAgo, hourAgo);
	}

	now(): number {
		return this.#now;
	}

	rest(milliseconds: number): void {
		this.#now += milliseconds;
		if (this.#now > this.#began + this.patience * 1000) throw new Error('it does not end');
		this.#goOn(milliseconds);
		const written = this.written();
		const sentence = written === null ? 'nothing' : told(written);
		if (this.trace.at(-1) !== sentence) this.trace.push(sentence);
		const due = this.#agenda.filter((each) => each.due());
		this.#agenda = this.#agenda.filter((each) => !due.includes(each));
		for (const { act } of due) act();
	}

	readonly call = (object: string, method: string, data: unknown): BusReply => {
		const said = `${object} ${method} ${JSON.stringify(data)}`;
		if (said.startsWith(this.#killer)) {
			this.#killer = '-';
			throw new Killed();
		}
		this.said.push(said);
		if (this.lost.has(object)) {
			return { status: 4 };
		}
		if (object === 'uci') {
			return { status: this.has(SNAPSHOT) ? 6 : 2 };
		}
		if (method === 'event' && this.loadsIn !== null) {
			this.#load = this.#now + this.loadsIn * 1000;
		}
		return { status: 0 };
	};

	/** Has something happen so many seconds after the start. */
	at(seconds: number, act: () => void): this {
		return this.#once(() => this.#now >= this.#began + seconds * 1000, act);
	}

	/** Has something happen when that is first written down of the change, and what begins like it. */
	when(beginning: string, act: () => void): this {
		return this.#once(() => this.trace.at(-1)?.startsWith(beginning) === true, act);
	}

	/** Has something happen so many seconds after that is first written down. */
	after(beginning: string, seconds: number, act: () => void): this {
		return this.when(beginning, () => {
			const due = this.#now + seconds * 1000;
			this.#once(() => this.#now >= due, act);
		});
	}

	/** Has the guard killed in the middle of its next call on the bus that begins so. */
	killInCall(beginning: string): this {
		this.#killer = beginning;
		return this;
	}

	/** Has the guard killed then. */
	killWhen(beginning: string): this {
		return this.when(beginning, () => {
			throw new Killed();
		});
	}

	decide(action: 'keep' | 'undo' | 'stop', by: string | null = 'root', id = REPORT.id): void {
		this.put(`/var/run/nft-offload/${action}.json`, JSON.stringify({ id, by }));
	}

	/** The firewall is loaded anew, by whomever. */
	load(): void {
		this.#load = null;
		if (REFUSED_VALUE.test(this.config())) {
			// It dies with its memory, and what is set up stays.
			this.forget();
			return;
		}
		this.put(MEMORY, state('br-lan', 'wan'));
		if (this.has(REFUSED)) return;
		const wanted = modeIn(this.config());
		this.#mode = this.fallsBack && wanted === 'hardware' ? 'software' : wanted;
		if (this.#mode !== 'off') this.#handle += 1;
		this.#list();
	}

	/** What the kernel has set up. */
	get mode(): Mode {
		return this.#mode;
	}

	/** Somebody flushes all tables. */
	flush(): void {
		this.#mode = 'off';
		this.put(LISTING, '');
	}

	/** nft refuses whatever firewall4 renders, with this complaint; or takes it again. */
	refuse(complaint: string | null): void {
		if (complaint === null) this.remove(REFUSED);
		else this.put(REFUSED, `${complaint}\n`);
	}

	/** Somebody applies changes, which rpcd would take back; or has confirmed them, or rpcd has taken them back. */
	apply(waits: boolean): void {
		if (waits) this.put(SNAPSHOT, '');
		else this.remove(SNAPSHOT);
	}

	/** The file can be replaced, or not. A directory stands where the new one would be written. */
	writable(is: boolean): void {
		const fresh = this.#at(`${CONFIG}.42`);
		if (is) {
			this.remove(READ_ONLY);
			rmSync(fresh, { recursive: true });
		} else {
			this.put(READ_ONLY, '');
			mkdirSync(fresh);
		}
	}

	/** Memory takes no record any more, or does again. */
	fill(full: boolean): void {
		if (full) mkdirSync(this.#at(CHANGE), { recursive: true });
		else rmSync(this.#at(CHANGE), { recursive: true });
	}

	/** What somebody has decided, and nobody has taken. */
	decided(action: 'keep' | 'undo' | 'stop'): unknown {
		return JSON.parse(readFileSync(this.#at(`/var/run/nft-offload/${action}.json`), 'utf8'));
	}

	/** The marker can be removed, or not: it is no file any more. */
	markerStays(stays: boolean): void {
		rmSync(this.#at(MARKER), { force: true, recursive: true });
		if (stays) mkdirSync(this.#at(MARKER), { recursive: true });
	}

	/** The firewall has lost its memory, as after a reload that failed. */
	forget(): void {
		this.remove(MEMORY);
	}

	config(): string {
		return readFileSync(this.#at(CONFIG), 'utf8');
	}

	/** The two options in the file. */
	options(): OffloadOptions {
		const valueOf = (name: string): string | null =>
			new RegExp(`option ${name} '?([^'\n]*)`).exec(this.config())?.[1] ?? null;
		return {
			flow_offloading: valueOf('flow_offloading'),
			flow_offloading_hw: valueOf('flow_offloading_hw')
		};
	}

	/** What the guard has written down. */
	written(): Written | null {
		return this.has(CHANGE) ? (JSON.parse(readFileSync(this.#at(CHANGE), 'utf8')) as Written) : null;
	}

	/** What rpcd was told to do, by its init script. */
	rpcd(): string[] {
		return this.has(RPCD_RAN) ? readFileSync(this.#at(RPCD_RAN), 'utf8').trim().split('\n') : [];
	}

	/** What uci was told to stage. */
	staging(): string[] {
		return this.has(STAGED) ? readFileSync(this.#at(STAGED), 'utf8').trim().split('\n') : [];
	}

	/** Which of firewall4's commands were run. */
	ran(): string[] {
		return this.has(RAN) ? readFileSync(this.#at(RAN), 'utf8').trim().split('\n') : [];
	}

	has(path: string): boolean {
		return existsSync(this.#at(path));
	}

	put(path: string, text: string): void {
		mkdirSync(dirname(this.#at(path)), { recursive: true });
		writeFileSync(this.#at(path), text);
	}

	remove(path: string): void {
		rmSync(this.#at(path), { force: true });
	}

	#at(path: string): string {
		return join(this.#root, path);
	}

	#once(due: () => boolean, act: () => void): this {
		this.#agenda.push({ due, act });
		return this;
	}

	/** The world without people. */
	#goOn(milliseconds: number): void {
		const loads = this.ran().filter((command) => command !== 'check').length;
		if (loads > this.#heard || (this.#load !== null && this.#now >= this.#load)) {
			this.#heard = loads;
			this.load();
		}
		this.put('/proc/uptime', `${(this.#now / 1000).toFixed(2)} 2011.03\n`);
		this.put('/proc/sys/net/netfilter/nf_conntrack_acct', this.counts ? '1\n' : '0\n');
		this.#packets = this.traffic.map(({ sent, received }, i) => {
			const [before, after] = this.#packets[i] ?? [10, 10];
			return [before + (sent * milliseconds) / 1000, after + (received * milliseconds) / 1000];
		});
		this.put(TABLE, this.traffic.map((each, i) => this.#line(each, i)).join(''));
	}

	#line({ protocol = 'tcp', path = this.#mode, source, short }: Traffic, i: number): string {
		const port = (short ? Math.floor(this.#now / 100) % 60_000 : 40_000 + i).toString();
		const client = source ?? `192.0.2.${(10 + i).toString()}`;
		const counters = (way: 0 | 1): string =>
			this.counts ? ` packets=${Math.floor(this.#packets[i]?.[way] ?? 0).toString()} bytes=1000` : '';
		const timed = path !== 'off' ? '' : protocol === 'tcp' ? ' 7440 ESTABLISHED' : ' 170';
		return (
			`ipv4     2 ${protocol}      ${protocol === 'tcp' ? '6' : '17'}${timed}` +
			` src=${client} dst=198.51.100.1 sport=${port} dport=443${counters(0)}` +
			` src=198.51.100.1 dst=${client} sport=443 dport=${port}${counters(1)}` +
			` ${MARKS[path]} mark=0 zone=0 use=3\n`
		);
	}

	#list(): void {
		const devices = this.#mode === 'hardware' ? '"lan1", "lan2", "wan"' : '"br-lan", "wan"';
		const flags = this.#mode === 'hardware' ? ['flags offload'] : [];
		this.put(
			LISTING,
			this.#mode === 'off'
				? 'table inet fw4 {\n}\n'
				: flowtable(`devices = { ${devices} }`, ...flags, 'counter').replace('651', this.#handle.toString())
		);
	}
}

export const configOf = (options: OffloadOptions): string => config(...linesOf(options));
