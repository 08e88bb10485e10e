// SPDX-License-Identifier: Apache-2.0

/** Keeps the session, and sees to it that one expiry makes one question to the router and one to the user. */
export class SessionKeeper {
	readonly #ask: (session: string) => Promise<boolean>;
	readonly #login: (() => Promise<string | null>) | undefined;
	#session: string;
	/** The session that the user did not want to replace. */
	#givenUp: string | null = null;
	#asking: { session: string; answer: Promise<boolean> } | null = null;
	#renewal: Promise<string | null> | null = null;

	/** `ask` tells whether the router knows a session. */
	constructor(
		session: string,
		ask: (session: string) => Promise<boolean>,
		login: (() => Promise<string | null>) | undefined
	) {
		this.#session = session;
		this.#ask = ask;
		this.#login = login;
	}

	get session(): string {
		return this.#session;
	}

	set session(session: string) {
		this.#session = session;
		this.#givenUp = null;
	}

	/** Whether the router still knows a session. One that is known to be gone is not asked about. */
	async isAlive(session: string): Promise<boolean> {
		if (session !== this.#session || session === this.#givenUp || this.#renewal !== null) return false;
		if (this.#asking?.session !== session) {
			const answer = this.#ask(session).finally(() => {
				if (this.#asking?.answer === answer) this.#asking = null;
			});
			this.#asking = { session, answer };
		}
		return this.#asking.answer;
	}

	/** The session that replaces an expired one; null when the user gave up, or cannot be asked. */
	async renew(expired: string): Promise<string | null> {
		if (expired !== this.#session) return this.#session;
		if (expired === this.#givenUp || this.#login === undefined) return null;
		this.#renewal ??= this.#renewBy(this.#login, expired).finally(() => {
			this.#renewal = null;
		});
		return this.#renewal;
	}

	async #renewBy(login: () => Promise<string | null>, expired: string): Promise<string | null> {
		const session = await login();
		if (session === null) this.#givenUp = expired;
		else this.session = session;
		return session;
	}
}
