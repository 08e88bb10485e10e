// SPDX-License-Identifier: Apache-2.0
/** rpcd's ubus object `uci`: arguments, access by config, and the statuses it answers with. */
import {
	flag,
	isObject,
	Status,
	text,
	whole,
	type Answer,
	type ArgumentType,
	type BusObject,
	type Json,
	type JsonObject
} from '../bus.ts';
import type { Sessions } from '../session.ts';
import type { Applier } from './apply.ts';
import { dumpPackage, dumpSection, fromBytes, matching, toText } from './dump.ts';
import { NAME, record, setOptions } from './edit.ts';
import { anonymousName, findSection, type Change, type Package, type Section } from './model.ts';
import type { Staging } from './staging.ts';

const SECTION = /^([A-Za-z0-9_]+|@[!-~]+\[-?\d+\])$/;
/** rpcd's own default, in seconds. */
const APPLY_TIMEOUT = 60;

export class UciObject {
	readonly #staging: Staging;
	readonly #sessions: Sessions;
	readonly #applier: Applier;
	/** The call before this one. */
	#last: Promise<unknown> = Promise.resolve();

	constructor(staging: Staging, sessions: Sessions, applier: Applier) {
		this.#staging = staging;
		this.#sessions = sessions;
		this.#applier = applier;
	}

	methods(): BusObject {
		const string = 'string' as const;
		const sid = { ubus_rpc_session: string };
		const query = { config: string, section: string, option: string, type: string, match: 'object' as const };
		const method = (
			signature: Record<string, ArgumentType>,
			call: (args: JsonObject) => Answer | Promise<Answer>
		) => ({ signature, call: (args: JsonObject) => this.#inTurn(() => call(args)) });
		const get = method({ ...query, ...sid }, (args) => this.#get(args));
		return {
			configs: method({}, () => ({ status: Status.ok, data: { configs: this.#staging.configs() } })),
			get,
			state: get,
			add: method({ config: string, type: string, name: string, values: 'object', ...sid }, (args) =>
				this.#add(args)
			),
			set: method(
				{ config: string, section: string, type: string, match: 'object', values: 'object', ...sid },
				(args) => this.#set(args)
			),
			delete: method(
				{
					config: string,
					section: string,
					type: string,
					match: 'object',
					option: string,
					options: 'array',
					...sid
				},
				(args) => this.#delete(args)
			),
			rename: method({ config: string, section: string, option: string, name: string, ...sid }, (args) =>
				this.#rename(args)
			),
			order: method({ config: string, sections: 'array', ...sid }, (args) => this.#order(args)),
			changes: method({ config: string, ...sid }, (args) => this.#changes(args)),
			revert: method({ config: string, ...sid }, (args) => this.#end(args, 'revert')),
			commit: method({ config: string, ...sid }, (args) => this.#end(args, 'commit')),
			apply: method({ rollback: 'boolean', timeout: 'number', ...sid }, async (args) => ({
				status: await this.#applier.apply(
					sessionOf(args),
					flag(args, 'rollback'),
					whole(args, 'timeout') ?? APPLY_TIMEOUT
				)
			})),
			confirm: method(sid, (args) => ({ status: this.#applier.confirm(sessionOf(args)) })),
			rollback: method(sid, (args) => ({ status: this.#applier.rollback(sessionOf(args)) })),
			reload_config: method({}, () => ({ status: Status.ok }))
		};
	}

	/** rpcd does one thing at a time, and who asks meanwhile waits. */
	#inTurn(call: () => Answer | Promise<Answer>): Promise<Answer> {
		const answer = this.#last.then(call);
		this.#last = answer.catch(() => undefined);
		return answer;
	}

	/** Opens the config that the arguments name, or says why not. */
	#open(args: JsonObject, access: 'read' | 'write'): { config: string; pkg: Package } | Answer {
		const config = text(args, 'config');
		if (config === undefined) return { status: Status.invalid_argument };
		if (!this.#may(args, config, access)) return { status: Status.permission_denied };
		const loaded = this.#staging.load(sessionOf(args), config);
		if (loaded.state === 'missing') return { status: Status.not_found };
		if (loaded.state === 'broken') return { status: Status.unknown_error };
		return { config, pkg: loaded.pkg };
	}

	/** Local callers, who have no session, may everything. */
	#may(args: JsonObject, config: string, access: 'read' | 'write'): boolean {
		const sid = sessionOf(args);
		return sid === undefined || this.#sessions.access(sid, 'uci', config, access);
	}

	#get(args: JsonObject): Answer {
		const opened = this.#open(args, 'read');
		if (!('pkg' in opened)) return opened;
		const name = text(args, 'section');
		if (name === undefined) return { status: Status.ok, data: { values: dumpPackage(opened.pkg, args) } };
		const section = findSection(opened.pkg, name);
		const option = text(args, 'option');
		if (!section) return { status: Status.ok };
		if (option === undefined) return { status: Status.ok, data: { values: dumpSection(section) } };
		const value = section.options.get(option);
		return value === undefined
			? { status: Status.ok }
			: { status: Status.ok, data: { value: toText(value) } };
	}

	#add(args: JsonObject): Answer {
		const type = text(args, 'type');
		const name = text(args, 'name');
		if (text(args, 'config') === undefined || type === undefined) return { status: Status.invalid_argument };
		const opened = this.#open(args, 'write');
		if (!('pkg' in opened)) return opened;
		if (!NAME.test(type) || (name !== undefined && !NAME.test(name)))
			return { status: Status.invalid_argument };
		const section = name ?? anonymousName(opened.pkg.made + 1, type);
		const changes: Change[] = [];
		// One that is there with this type is not made again.
		if (findSection(opened.pkg, section)?.type !== type) {
			record(opened.pkg, changes, [name === undefined ? 'add' : 'set', section, type]);
		}
		const status = isObject(args['values'])
			? setOptions(opened.pkg, section, args['values'], changes)
			: Status.ok;
		if (status !== Status.ok) return { status };
		this.#stage(args, opened.config, changes);
		return { status, data: { section } };
	}

	#set(args: JsonObject): Answer {
		const { values } = args;
		if (text(args, 'config') === undefined || !isObject(values)) return { status: Status.invalid_argument };
		return this.#change(args, (pkg, section, changes) => setOptions(pkg, section.name, values, changes));
	}

	#delete(args: JsonObject): Answer {
		const single = text(args, 'option');
		const several = Array.isArray(args['options'])
			? args['options'].filter((each) => typeof each === 'string')
			: [];
		const options = single === undefined ? several : [single];
		return this.#change(args, (pkg, section, changes) => {
			if (options.length === 0) return record(pkg, changes, ['remove', section.name]);
			if (!options.every((option) => NAME.test(option))) return Status.invalid_argument;
			const statuses = options.map((option) => record(pkg, changes, ['remove', section.name, option]));
			return statuses.find((status) => status !== Status.ok) ?? Status.ok;
		});
	}

	#rename(args: JsonObject): Answer {
		const name = text(args, 'name');
		const option = text(args, 'option');
		if (name === undefined || !NAME.test(name)) return { status: Status.invalid_argument };
		return this.#change(args, (pkg, section, changes) => {
			if (option === undefined) return record(pkg, changes, ['rename', section.name, name]);
			// An option that is not there is no error.
			if (section.options.has(option)) record(pkg, changes, ['rename', section.name, option, name]);
			return Status.ok;
		});
	}

	/** Takes plain names only, and one that is unknown stops it all. Who is in place already is not moved. */
	#order(args: JsonObject): Answer {
		const { sections } = args;
		if (!Array.isArray(sections)) return { status: Status.invalid_argument };
		const opened = this.#open(args, 'write');
		if (!('pkg' in opened)) return opened;
		const changes: Change[] = [];
		for (const [position, wanted] of sections.entries()) {
			const at = opened.pkg.sections.findIndex(({ name }) => name === wanted);
			const section = opened.pkg.sections[at];
			if (!section) return { status: Status.not_found };
			if (at !== position) record(opened.pkg, changes, ['order', section.name, position]);
		}
		this.#stage(args, opened.config, changes);
		return { status: Status.ok };
	}

	/** Changes the sections that the arguments name or match; stages all of it or nothing. */
	#change(args: JsonObject, act: (pkg: Package, section: Section, changes: Change[]) => Status): Answer {
		const name = text(args, 'section');
		if (name === undefined && text(args, 'type') === undefined && !isObject(args['match'])) {
			return { status: Status.invalid_argument };
		}
		const opened = this.#open(args, 'write');
		if (!('pkg' in opened)) return opened;
		if (name !== undefined && !SECTION.test(name)) return { status: Status.invalid_argument };
		const named = name === undefined ? undefined : findSection(opened.pkg, name);
		const sections = name === undefined ? matching(opened.pkg, args) : named ? [named] : [];
		if (sections.length === 0) return { status: Status.not_found };
		const changes: Change[] = [];
		for (const section of sections) {
			const status = act(opened.pkg, section, changes);
			if (status !== Status.ok) return { status };
		}
		this.#stage(args, opened.config, changes);
		return { status: Status.ok };
	}

	#stage(args: JsonObject, config: string, changes: Change[]): void {
		for (const change of changes) this.#staging.stage(sessionOf(args), config, change);
	}

	#changes(args: JsonObject): Answer {
		const sid = sessionOf(args);
		const config = text(args, 'config');
		if (config !== undefined) {
			if (!this.#may(args, config, 'read')) return { status: Status.permission_denied };
			return { status: Status.ok, data: { changes: this.#readable(sid, config) } };
		}
		const all = this.#staging.staged(sid).filter((each) => this.#may(args, each, 'read'));
		const changes = all
			.map((each) => [each, this.#readable(sid, each)] as const)
			.filter(([, list]) => list.length > 0);
		return { status: Status.ok, data: { changes: Object.fromEntries(changes) } };
	}

	/** Changes to a file that cannot be read are not told. */
	#readable(sid: string | undefined, config: string): Json[] {
		if (this.#staging.load(sid, config).state !== 'loaded') return [];
		return this.#staging
			.changes(sid, config)
			.map((change) =>
				change
					.map((word) => (typeof word === 'string' ? fromBytes(word) : word))
					.filter((word) => word !== undefined)
			);
	}

	/** Neither is allowed to anybody while an apply waits for its confirmation, whatever the arguments. */
	async #end(args: JsonObject, how: 'revert' | 'commit'): Promise<Answer> {
		if (this.#applier.pending !== undefined) return { status: Status.permission_denied };
		const config = text(args, 'config');
		if (config === undefined) return { status: Status.invalid_argument };
		const opened = this.#open(args, 'write');
		if (!('pkg' in opened)) return opened;
		if (how === 'revert') this.#staging.replace(sessionOf(args), config, []);
		else await this.#staging.commit(sessionOf(args), config);
		return { status: Status.ok };
	}
}

function sessionOf(args: JsonObject): string | undefined {
	return text(args, 'ubus_rpc_session');
}
