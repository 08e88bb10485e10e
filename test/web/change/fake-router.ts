// SPDX-License-Identifier: Apache-2.0
import type { Mode, Status, Verdict } from '../../../rpcd/api/index.ts';
import type { Clock } from '../../../web/src/lib/clock.ts';
import type { Router } from '../../../web/src/change/sequence.ts';
import type { StagedChanges } from '../../../web/src/change/state.ts';
import { UbusError, UbusStatus, type UbusFault } from '../../../web/src/lib/ubus/index.ts';

const SECTION = 'cfg01e63d';
export const RELOAD_DELAY = 1500;

/** Time that passes only when somebody sleeps; what is due happens on the way. */
export class FakeClock implements Clock {
	#now = 0;
	#due: { at: number; happen: () => void }[] = [];

	now = (): number => this.#now;

	sleep = (milliseconds: number): Promise<void> => {
		const end = this.#now + milliseconds;
		for (;;) {
			this.#due.sort((a, b) => a.at - b.at);
			const next = this.#due[0];
			if (next === undefined || next.at > end) break;
			this.#due.shift();
			this.#now = next.at;
			next.happen();
		}
		this.#now = end;
		return Promise.resolve();
	};

	after(milliseconds: number, happen: () => void): void {
		this.#due.push({ at: this.#now + milliseconds, happen });
	}
}

const firewallFile = (mode: Mode) =>
	[
		'',
		'config defaults',
		"\toption input 'REJECT'",
		...(mode === 'off' ? [] : ["\toption flow_offloading '1'"]),
		...(mode === 'hardware' ? ["\toption flow_offloading_hw '1'"] : []),
		'',
		'config zone',
		"\toption name 'lan'",
		'',
		''
	].join('\n');

const optionsOf = (mode: Mode) => ({
	flow_offloading: mode === 'off' ? null : '1',
	flow_offloading_hw: mode === 'hardware' ? '1' : null
});

/** A router reduced to what the sequence can see, with every fault that it must survive. */
export class FakeRouter implements Router {
	readonly calls: string[] = [];
	readonly clock: FakeClock;
	committed: Mode = 'off';
	effective: Mode = 'off';
	/** Why nft cannot be asked. */
	kernelError: string | null = null;
	verdict: Verdict = { code: 'same' };
	staged: Mode | null = null;
	others: StagedChanges = {};
	pending = false;
	/** The router cannot be reached while this holds. */
	isCutOff: () => boolean = () => false;
	/** Faults by "object.method"; each is thrown once, `after` the router did what was asked or instead of it. */
	readonly faults = new Map<string, { fault: UbusFault; done: boolean }>();
	/** Runs before a call is answered. */
	beforeAnswer: (name: string) => void = () => undefined;
	/** What the file holds after a commit; the flash may be full. */
	write: (mode: Mode) => string = firewallFile;
	/** What the kernel comes to after a reload. */
	reload: (mode: Mode) => Mode = (mode) => mode;
	/** What loading the firewall by hand leads to. */
	load: () => void = () => undefined;
	/** Milliseconds until a reload is done. */
	reloadDelay = RELOAD_DELAY;
	#file = firewallFile('off');
	#snapshot: { file: string; mode: Mode } | null = null;

	constructor(clock: FakeClock) {
		this.clock = clock;
	}

	readonly call = ((object: string, method: string, values: Record<string, unknown>) => {
		const name = `${object}.${method}`;
		this.calls.push(name);
		if (this.isCutOff()) return this.#fail(name, { kind: 'network', reason: 'unreachable' });
		const planned = this.faults.get(name);
		this.faults.delete(name);
		if (planned && !planned.done) return this.#fail(name, planned.fault);
		try {
			this.beforeAnswer(name);
			const reply = this.#answer(name, values);
			return planned ? this.#fail(name, planned.fault) : Promise.resolve(reply);
		} catch (error) {
			return Promise.reject(error instanceof Error ? error : new Error(String(error)));
		}
	}) as Router['call'];

	/** An admin at the console rewrites the file. */
	overwrite(mode: Mode, text = firewallFile(mode)): void {
		this.committed = mode;
		this.#file = text;
	}

	get changes(): StagedChanges {
		if (this.staged === null) return this.others;
		const ours = Object.entries(optionsOf(this.staged)).map(([option, value]) =>
			value === null ? ['remove', SECTION, option] : ['set', SECTION, option, value]
		);
		return { ...this.others, firewall: [...(this.others['firewall'] ?? []), ...ours] };
	}

	#fail(call: string, fault: UbusFault): Promise<never> {
		return Promise.reject(new UbusError(fault, call));
	}

	#status(call: string, status: number): never {
		throw new UbusError({ kind: 'status', status, name: String(status) }, call);
	}

	#answer(name: string, values: Record<string, unknown>): unknown {
		switch (name) {
			case 'uci.changes':
				return { changes: this.changes };
			case 'luci.nft-offload.get_config':
				return { base64: btoa(this.#file), size: this.#file.length };
			case 'luci.nft-offload.get_status':
				return {
					effective: { mode: this.effective, error: this.kernelError },
					verdict: this.verdict
				} satisfies {
					effective: Pick<Status['effective'], 'mode' | 'error'>;
					verdict: Verdict;
				};
			case 'luci.nft-offload.load_firewall':
				this.load();
				return { action: 'start', status: 0, reason: '' };
			case 'luci.nft-offload.set_mode':
				return this.#setMode(values['mode'] as Mode);
			case 'uci.set':
			case 'uci.delete':
				if (this.pending) this.#status(name, UbusStatus.PermissionDenied);
				this.staged = null;
				return null;
			case 'uci.revert':
				if (this.pending) this.#status(name, UbusStatus.PermissionDenied);
				this.staged = null;
				this.others = Object.fromEntries(
					Object.entries(this.others).filter(([config]) => config !== 'firewall')
				);
				return null;
			case 'uci.apply':
				return this.#apply(name, Number(values['timeout']));
			case 'uci.confirm':
				if (!this.pending) this.#status(name, UbusStatus.NoData);
				this.pending = false;
				return null;
			case 'uci.rollback':
				if (!this.pending) this.#status(name, UbusStatus.NoData);
				this.rollBack();
				return null;
			default:
				throw new Error(`the sequence called ${name}`);
		}
	}

	#setMode(mode: Mode) {
		const previous = this.staged ?? this.committed;
		this.staged = mode;
		return {
			mode,
			previous,
			section: SECTION,
			options: optionsOf(mode),
			previous_options: optionsOf(previous),
			devices: ['br-lan', 'eth1'],
			unknown_engines: []
		};
	}

	#apply(name: string, seconds: number): null {
		if (this.pending) this.#status(name, UbusStatus.PermissionDenied);
		if (this.staged === null) this.#status(name, UbusStatus.NoData);
		const mode = this.staged;
		this.#snapshot = { file: this.#file, mode: this.committed };
		this.pending = true;
		this.staged = null;
		this.committed = mode;
		this.#file = this.write(mode);
		this.clock.after(this.reloadDelay, () => (this.effective = this.reload(this.committed)));
		this.clock.after(seconds * 1000, () => {
			if (this.pending) this.rollBack();
		});
		return null;
	}

	/** As rpcd does: the file as it was, and the change staged again. */
	rollBack(): void {
		if (this.#snapshot === null) return;
		this.staged = this.committed;
		this.#file = this.#snapshot.file;
		this.committed = this.#snapshot.mode;
		this.pending = false;
		this.clock.after(this.reloadDelay, () => (this.effective = this.reload(this.committed)));
	}
}
