// SPDX-License-Identifier: Apache-2.0
/** rpcd's sessions: login, expiry, access checks. Times are in seconds, as in rpcd's replies. */
import { randomBytes } from 'node:crypto';
import { allows, grantsOf, type Grants, type Groups, type Login } from './acl.ts';
import { Status, text, whole, type Answer, type BusObject, type JsonObject } from './bus.ts';
import type { Clock } from './clock.ts';

/** The session of those who have none. */
export const ANONYMOUS = '0'.repeat(32);
const DEFAULT_TIMEOUT = 300;

export interface Session {
	sid: string;
	username: string;
	grants: Grants;
	timeout: number;
	expires: number;
	cancelExpiry: () => void;
}

export class Sessions {
	readonly #sessions = new Map<string, Session>();
	readonly #clock: Clock;
	readonly #users: Record<string, Login>;
	readonly #groups: () => Groups;
	/** The session whose apply waits for its confirmation; its user gets it back at the next login. */
	applying: string | undefined;
	/** Called with each new session. */
	onStart: (sid: string) => void = () => undefined;
	/** Called when a session ends, however it does. */
	onEnd: (sid: string) => void = () => undefined;

	/** `groups` is asked at each login, since rpcd reads the files then. */
	constructor(clock: Clock, users: Record<string, Login>, groups: () => Groups) {
		this.#clock = clock;
		this.#users = users;
		this.#groups = groups;
	}

	/** The session of a user whose password is right. An empty password lets any in, as rpcd does. */
	login(username: string, password: string, timeout = DEFAULT_TIMEOUT): Session | undefined {
		const login = Object.hasOwn(this.#users, username) ? this.#users[username] : undefined;
		if (!login || (login.password !== '' && login.password !== password)) return undefined;
		const applying = this.applying === undefined ? undefined : this.#sessions.get(this.applying);
		const sid = applying?.username === username ? applying.sid : randomBytes(16).toString('hex');
		if (applying?.sid === sid) applying.cancelExpiry();
		const session: Session = {
			sid,
			username,
			grants: grantsOf(this.#groups(), login),
			timeout,
			expires: 0,
			cancelExpiry: () => undefined
		};
		this.#sessions.set(sid, session);
		this.#touch(session);
		if (applying?.sid !== sid) this.onStart(sid);
		return session;
	}

	/** Finds a session and starts its time anew: whoever polls never expires. */
	find(sid: string): Session | undefined {
		const session = this.#sessions.get(sid);
		if (session) this.#touch(session);
		return session;
	}

	/** Whether a session may; one that does not exist may nothing. */
	access(sid: string, scope: string, object: string, fn: string): boolean {
		const grants = this.grants(sid);
		return grants !== undefined && allows(grants, scope, object, fn);
	}

	grants(sid: string): Grants | undefined {
		return sid === ANONYMOUS ? grantsOf(this.#groups()) : this.find(sid)?.grants;
	}

	destroy(sid: string): void {
		const session = this.#sessions.get(sid);
		if (!session) return;
		session.cancelExpiry();
		this.#sessions.delete(sid);
		this.onEnd(sid);
	}

	/** rpcd ends, and they with it. */
	forget(): void {
		for (const session of this.all()) session.cancelExpiry();
		this.#sessions.clear();
		this.applying = undefined;
	}

	all(): Session[] {
		return [...this.#sessions.values()];
	}

	#touch(session: Session): void {
		session.cancelExpiry();
		session.expires = this.#clock.now() + session.timeout * 1000;
		// A timeout of 0 never ends.
		if (session.timeout > 0) {
			session.cancelExpiry = this.#clock.after(session.timeout * 1000, () => {
				this.destroy(session.sid);
			});
		}
	}
}

/** The ubus object `session`, as far as a browser can reach it. */
export function sessionObject(sessions: Sessions, clock: Clock): BusObject {
	return {
		login: {
			signature: { username: 'string', password: 'string', timeout: 'number' },
			call: (args) => login(sessions, clock, args)
		},
		access: {
			signature: { ubus_rpc_session: 'string', scope: 'string', object: 'string', function: 'string' },
			call: (args) => access(sessions, args)
		},
		get: {
			signature: { ubus_rpc_session: 'string', keys: 'array' },
			call: (args) => values(sessions, args)
		},
		destroy: {
			signature: { ubus_rpc_session: 'string' },
			call: (args) => {
				const sid = text(args, 'ubus_rpc_session');
				if (sid === undefined) return { status: Status.invalid_argument };
				if (sid === ANONYMOUS) return { status: Status.permission_denied };
				if (!sessions.find(sid)) return { status: Status.not_found };
				sessions.destroy(sid);
				return { status: Status.ok };
			}
		}
	};
}

/** What is kept of a session: of all that LuCI keeps, the user's name. */
function values(sessions: Sessions, args: JsonObject): Answer {
	const sid = text(args, 'ubus_rpc_session');
	if (sid === undefined) return { status: Status.invalid_argument };
	const session = sessions.find(sid);
	if (!session) return { status: Status.not_found };
	const { keys } = args;
	const wanted = !Array.isArray(keys) || keys.includes('username');
	return { status: Status.ok, data: { values: wanted ? { username: session.username } : {} } };
}

function login(sessions: Sessions, clock: Clock, args: JsonObject): Answer {
	const username = text(args, 'username');
	const password = text(args, 'password');
	if (username === undefined || password === undefined) return { status: Status.invalid_argument };
	const session = sessions.login(username, password, whole(args, 'timeout'));
	if (!session) return { status: Status.permission_denied };
	return {
		status: Status.ok,
		data: {
			ubus_rpc_session: session.sid,
			timeout: session.timeout,
			expires: Math.floor((session.expires - clock.now()) / 1000),
			acls: session.grants,
			data: { username: session.username }
		}
	};
}

/** With an object and a function: whether. Without one of them: everything the session may, whatever the scope. */
function access(sessions: Sessions, args: JsonObject): Answer {
	const grants = sessions.grants(text(args, 'ubus_rpc_session') ?? ANONYMOUS);
	if (!grants) return { status: Status.not_found };
	const scope = text(args, 'scope') ?? 'ubus';
	const object = text(args, 'object');
	const fn = text(args, 'function');
	if (object !== undefined && fn !== undefined) {
		return { status: Status.ok, data: { access: allows(grants, scope, object, fn) } };
	}
	return { status: Status.ok, data: grants };
}
