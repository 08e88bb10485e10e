// SPDX-License-Identifier: Apache-2.0
/**
 * `uci apply`, `confirm` and `rollback` (rpcd, uci.c). One apply at most waits for its confirmation. An apply
 * commits everything that its session has staged, and answers 0 whether or not the commits worked.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Status } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Flash } from '../flash.ts';
import type { Sessions } from '../session.ts';
import type { Change } from './model.ts';
import type { Staging } from './staging.ts';

interface Pending {
	sid: string;
	cancel: () => void;
	/** The changes that the apply took, by config. */
	deltas: Map<string, readonly Change[]>;
}

export class Applier {
	#pending: Pending | undefined;
	readonly #snapshots: string;
	readonly #staging: Staging;
	readonly #sessions: Sessions;
	readonly #clock: Clock;
	readonly #flash: Flash;
	/** Told of each config that was committed or restored, as procd is. */
	onConfigChange: (config: string) => void = () => undefined;

	constructor(root: string, staging: Staging, sessions: Sessions, clock: Clock, flash: Flash) {
		this.#snapshots = join(root, 'var/run/rpcd/snapshot-files');
		this.#staging = staging;
		this.#sessions = sessions;
		this.#clock = clock;
		this.#flash = flash;
	}

	/** The session whose apply waits. */
	get pending(): string | undefined {
		return this.#pending?.sid;
	}

	async apply(sid: string | undefined, rollback: boolean, seconds: number): Promise<Status> {
		if (sid === undefined) return Status.invalid_argument;
		if (this.#pending && rollback) return Status.permission_denied;
		// What makes an apply without rollback destroy the pending one's way back.
		rmSync(this.#snapshots, { recursive: true, force: true });
		const configs = this.#staging.staged(sid);
		if (!this.#pending) {
			if (!configs.every((config) => this.#sessions.access(sid, 'uci', config, 'write'))) {
				return Status.permission_denied;
			}
			if (configs.length === 0) return Status.no_data;
			await this.#commit(sid, configs, rollback, seconds);
		}
		return Status.ok;
	}

	confirm(sid: string | undefined): Status {
		const status = this.#mayEnd(sid);
		if (status === Status.ok) this.#end();
		return status;
	}

	rollback(sid: string | undefined): Status {
		const status = this.#mayEnd(sid);
		if (status === Status.ok) this.#restore();
		return status;
	}

	/** rpcd ends, and what waits with it: nobody takes it back, and its files stay behind. */
	forget(): void {
		this.#pending?.cancel();
		this.#pending = undefined;
		this.#sessions.applying = undefined;
	}

	async #commit(sid: string, configs: string[], rollback: boolean, seconds: number): Promise<void> {
		const deltas = new Map(configs.map((config) => [config, this.#staging.changes(sid, config)]));
		mkdirSync(this.#snapshots, { recursive: true });
		for (const config of configs) {
			const file = this.#staging.file(config);
			if (existsSync(file)) writeFileSync(join(this.#snapshots, config), readFileSync(file));
			await this.#staging.commit(sid, config);
			this.onConfigChange(config);
		}
		// rpcd may have ended meanwhile, and this with it.
		if (!rollback || !existsSync(this.#snapshots)) return;
		const cancel = this.#clock.after(Math.max(0, seconds) * 1000, () => {
			this.#restore();
		});
		this.#pending = { sid, cancel, deltas };
		this.#sessions.applying = sid;
	}

	#mayEnd(sid: string | undefined): Status {
		if (sid === undefined) return Status.invalid_argument;
		if (!this.#pending) return Status.no_data;
		return this.#pending.sid === sid ? Status.ok : Status.permission_denied;
	}

	/** Puts the files back, and what was staged too if its session is still there and still may. */
	#restore(): void {
		const pending = this.#pending;
		if (!pending) return;
		for (const [config, changes] of pending.deltas) {
			const snapshot = join(this.#snapshots, config);
			if (!existsSync(snapshot)) continue;
			this.#flash.write(this.#staging.file(config), readFileSync(snapshot));
			const { sid } = pending;
			if (this.#sessions.access(sid, 'uci', config, 'write')) this.#staging.replace(sid, config, changes);
			this.onConfigChange(config);
		}
		this.#end();
	}

	#end(): void {
		this.#pending?.cancel();
		this.#pending = undefined;
		this.#sessions.applying = undefined;
		rmSync(this.#snapshots, { recursive: true, force: true });
	}
}
