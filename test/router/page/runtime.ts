// SPDX-License-Identifier: Apache-2.0
/**
 * The little of LuCI's browser side that our view uses, made from its documented behaviour: the loader of views,
 * `L`, `E`, `_`, `rpc` and `poll`. Served to the browser with the types blanked out.
 */

interface Environment {
	sessionid: string;
	/** LuCI's cache key for its resources. */
	resource_version: string;
	ubuspath: string;
	scriptname: string;
	resource: string;
	/** Seconds. */
	pollinterval: number;
	/** The view to show. */
	view: string;
	/** What `L.hasViewPermission()` says: may write, may only read, may nothing. */
	permission: boolean | null;
}

interface View {
	load: () => unknown;
	render: (data: unknown) => Node[] | Node | Promise<Node[] | Node>;
}

type Children = Node | string | readonly (Node | string)[];
type Task = () => unknown;

const env = JSON.parse(document.getElementById('environment')?.textContent ?? '{}') as Environment;

const L = {
	env,
	resource: (...path: string[]): string => [env.resource, ...path].join('/'),
	url: (...path: string[]): string => [env.scriptname, ...path].join('/'),
	hasViewPermission: (): boolean | null => env.permission
};

/** A string as children is markup, strings in an array are text: LuCI's own trap. */
function E(tag: string, attributes: Record<string, string>, children: Children = []): HTMLElement {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	if (typeof children === 'string') element.innerHTML = children;
	else element.append(...[children].flat());
	return element;
}

/** With `?pseudo` in the address every translated text is marked, so that those which are not stand out. */
const marked = new URLSearchParams(location.search).has('pseudo');
const translate = (text: string): string => (marked ? `⟦${text}⟧` : text);

const rpc = {
	getSessionID: (): string => env.sessionid,
	getBaseURL: (): string => env.ubuspath
};

/** One ticker of a second for all. A task that still runs is not started again. */
class Poll {
	readonly #tasks = new Map<Task, { interval: number; busy: boolean }>();
	#ticker: number | undefined;
	#ticks = 0;

	add(task: Task, interval: number = env.pollinterval): void {
		this.#tasks.set(task, { interval, busy: false });
	}

	remove(task: Task): void {
		this.#tasks.delete(task);
	}

	active(): boolean {
		return this.#ticker !== undefined;
	}

	start(): void {
		if (this.active()) return;
		this.#ticker = window.setInterval(() => {
			this.#tick();
		}, 1000);
		document.dispatchEvent(new CustomEvent('poll-start'));
	}

	stop(): void {
		if (!this.active()) return;
		window.clearInterval(this.#ticker);
		this.#ticker = undefined;
		document.dispatchEvent(new CustomEvent('poll-stop'));
	}

	#tick(): void {
		this.#ticks++;
		for (const [task, state] of this.#tasks) {
			if (state.busy || this.#ticks % state.interval !== 0) continue;
			state.busy = true;
			void Promise.resolve(task()).finally(() => {
				state.busy = false;
			});
		}
	}
}

const poll = new Poll();
const view = { extend: (made: View): View => made };
const MODULES: Record<string, unknown> = { view, rpc, poll };

/** A view is a function's body. The texts that it starts with name what it requires. */
function compile(source: string): View {
	const code = source.replace(/^(\s*\/\/.*\n|\s*\/\*[^]*?\*\/)*/, '');
	const directives = /^(\s*'[^'\n]*';)*/.exec(code)?.[0] ?? '';
	const names = [...directives.matchAll(/'require ([a-z]+)'/g)].map(([, name]) => name ?? '');
	const unknown = names.find((name) => !Object.hasOwn(MODULES, name));
	if (unknown !== undefined) throw new Error(`the view requires ${unknown}, which this shell does not have`);
	// eslint-disable-next-line @typescript-eslint/no-implied-eval -- this is how LuCI runs a view
	const made = new Function('window', 'document', 'L', 'E', '_', ...names, source) as (
		...given: unknown[]
	) => View;
	return made(window, document, L, E, translate, ...names.map((name) => MODULES[name]));
}

async function show(): Promise<void> {
	const place = document.getElementById('view');
	const answer = await fetch(`${L.resource('view', `${env.view}.js`)}?v=${env.resource_version}`);
	const shown = compile(await answer.text());
	const nodes = await shown.render(await shown.load());
	place?.replaceChildren(...[nodes].flat());
	poll.start();
}

/** The header's word for polling, which pauses and resumes it. */
function showPolling(): void {
	const indicator = document.getElementById('polling');
	const name = (): void => {
		if (indicator) indicator.textContent = poll.active() ? 'Refreshing' : 'Paused';
	};
	document.addEventListener('poll-start', name);
	document.addEventListener('poll-stop', name);
	indicator?.addEventListener('click', () => {
		if (poll.active()) poll.stop();
		else poll.start();
	});
}

showPolling();
show().catch((error: unknown) => {
	document.getElementById('view')?.replaceChildren(E('p', { class: 'alert-message error' }, [String(error)]));
	throw error;
});
