// SPDX-License-Identifier: Apache-2.0
import type { UbusError } from '../lib/ubus/index.ts';

/** A question to the admin: his password, because the session has expired. */
export interface LoginRequest {
	/** Ends the question with a new session, or with null when he gives up. */
	answer: (session: string | null) => void;
}

export interface LoginDialogProps {
	request: LoginRequest;
	/** Logs in and resolves the new session, or why there is none. */
	login: (username: string, password: string) => Promise<string | UbusError>;
}
