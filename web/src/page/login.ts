// SPDX-License-Identifier: Apache-2.0
/** A question to the admin: his password, because the session has expired. */
export interface LoginRequest {
	/** Ends the question with a new session, or with null when he gives up. */
	answer: (session: string | null) => void;
}
