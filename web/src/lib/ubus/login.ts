// SPDX-License-Identifier: Apache-2.0
import { NULL_SESSION, UbusClient, type ClientOptions } from './client.ts';
import { imported } from './imported.ts';
import { count, object, text, type Shape } from './shape.ts';

/** What rpcd answers to a login (session.c), as far as it is used. */
interface Session {
	/** 32 hexadecimal digits. */
	ubus_rpc_session: string;
	/** Seconds without a call after which it expires. */
	timeout: number;
	/** Seconds until it expires. */
	expires: number;
}

const session: Shape<Session> = object({ ubus_rpc_session: text, timeout: count, expires: count });

/**
 * A client with a session of its own. For scripts and tests: a page in LuCI has LuCI's session, and leaves logging in to it.
 * `lifetime`: seconds without a call after which the session expires.
 */
export async function logIn(
	options: Omit<ClientOptions, 'session'>,
	username: string,
	password: string,
	lifetime: number
): Promise<UbusClient> {
	const nobody = new UbusClient({ ...options, session: NULL_SESSION });
	const data = await nobody.raw('session', 'login', { username, password, timeout: lifetime });
	const { ubus_rpc_session } = imported('session.login', session, data);
	return new UbusClient({ ...options, session: ubus_rpc_session });
}
