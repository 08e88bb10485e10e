// SPDX-License-Identifier: Apache-2.0
/**
 * Where staged changes live: a folder per session, /var/run/rpcd/uci-SID, and /tmp/.uci for local callers. The
 * changes are held in memory; their files are written for who looks at the folders, as the plugin does.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flash } from '../flash.ts';
import type { Processes } from '../processes.ts';
import { applyChange, write, type Change } from './model.ts';
import { load, type Loaded } from './load.ts';

const CONFIG_NAME = /^[A-Za-z0-9_-]+$/;
/** libuci refuses a delta line with any control character but these; it then is as if never staged. */
// eslint-disable-next-line no-control-regex
const LOST_IN_DELTA = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

export class Staging {
	readonly #root: string;
	readonly #flash: Flash;
	readonly #processes: Processes;
	/** By session (undefined: local callers), then by config. */
	readonly #deltas = new Map<string | undefined, Map<string, Change[]>>();

	constructor(root: string, flash: Flash, processes: Processes) {
		this.#root = root;
		this.#flash = flash;
		this.#processes = processes;
	}

	configs(): string[] {
		return readdirSync(join(this.#root, 'etc/config'))
			.filter((name) => CONFIG_NAME.test(name))
			.sort();
	}

	/** The package as one session sees it: the committed file with what it has staged. */
	load(sid: string | undefined, config: string): Loaded {
		const file = this.file(config);
		if (!CONFIG_NAME.test(config) || !existsSync(file)) return { state: 'missing' };
		const loaded = load(readFileSync(file));
		if (loaded.state === 'loaded')
			for (const change of this.changes(sid, config)) applyChange(loaded.pkg, change);
		return loaded;
	}

	changes(sid: string | undefined, config: string): readonly Change[] {
		return this.#deltas.get(sid)?.get(config) ?? [];
	}

	/** Configs with staged changes. */
	staged(sid: string | undefined): string[] {
		return [...(this.#deltas.get(sid)?.keys() ?? [])].sort();
	}

	stage(sid: string | undefined, config: string, change: Change): void {
		if (change.some((word) => typeof word === 'string' && LOST_IN_DELTA.test(word))) return;
		this.replace(sid, config, [...this.changes(sid, config), change]);
	}

	/** Puts `changes` in the place of what the session has staged for a config. */
	replace(sid: string | undefined, config: string, changes: readonly Change[]): void {
		const folder = join(this.#root, sid === undefined ? 'tmp/.uci' : `var/run/rpcd/uci-${sid}`);
		const deltas = this.#deltas.get(sid) ?? new Map<string, Change[]>();
		this.#deltas.set(sid, deltas);
		if (changes.length === 0) {
			deltas.delete(config);
			rmSync(join(folder, config), { force: true });
			return;
		}
		deltas.set(config, [...changes]);
		mkdirSync(folder, { recursive: true });
		writeFileSync(
			join(folder, config),
			changes.map((change) => deltaLine(config, change)).join(''),
			'latin1'
		);
	}

	/** A session's end takes what it staged. */
	forget(sid: string): void {
		this.#deltas.delete(sid);
		rmSync(join(this.#root, `var/run/rpcd/uci-${sid}`), { recursive: true, force: true });
	}

	/** The router restarts: nobody remembers anything. */
	forgetAll(): void {
		this.#deltas.clear();
	}

	/**
	 * Writes the session's changes into the file, and out to the flash, under libuci's lock. A file that libuci can neither read
	 * nor write stays, and so do the changes.
	 */
	async commit(sid: string | undefined, config: string): Promise<void> {
		const file = this.file(config);
		const unlock = existsSync(file) ? await this.#processes.lock(file) : null;
		if (unlock === null) return;
		const loaded = this.load(sid, config);
		if (loaded.state === 'loaded' && this.#flash.write(file, write(loaded.pkg))) {
			this.#flash.sync();
			this.replace(sid, config, []);
		}
		unlock();
	}

	file(config: string): string {
		return join(this.#root, 'etc/config', config);
	}
}

/** The delta file's form (libuci, delta.c). */
function deltaLine(config: string, change: Change): string {
	const quote = (value: string | number): string => `'${String(value).replaceAll("'", "'\\''")}'`;
	const [command, section] = change;
	switch (command) {
		case 'add':
			return `+${config}.${section}=${quote(change[2])}\n`;
		case 'set':
			return change[3] === undefined
				? `${config}.${section}=${quote(change[2])}\n`
				: `${config}.${section}.${change[2]}=${quote(change[3])}\n`;
		case 'list-add':
			return `|${config}.${section}.${change[2]}=${quote(change[3])}\n`;
		case 'remove':
			return `-${config}.${section}${change[2] === undefined ? '' : `.${change[2]}`}\n`;
		case 'order':
			return `^${config}.${section}=${quote(change[2])}\n`;
		case 'rename':
			return change[3] === undefined
				? `@${config}.${section}=${quote(change[2])}\n`
				: `@${config}.${section}.${change[2]}=${quote(change[3])}\n`;
	}
}
