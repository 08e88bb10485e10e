// SPDX-License-Identifier: Apache-2.0
import { render } from 'preact';
import { browserClock } from './lib/clock.ts';
import type { Host } from './page/host.ts';
import { useTranslator } from './ui/i18n.ts';
import { PageState } from './page/state.ts';
import { Page } from './page/Page.tsx';

export type { Host } from './page/host.ts';

/** Shows the page in `root`, and keeps it up to date until the returned function is called. */
export function mount(root: HTMLElement, host: Host): () => void {
	let pending = false;
	// What changes together is shown together.
	const show = () => {
		if (pending) return;
		pending = true;
		queueMicrotask(() => {
			pending = false;
			render(<Page page={page} />, root);
		});
	};
	useTranslator(host.translate);
	const page = new PageState(host, browserClock, show);
	show();
	void page.look();
	host.poll.add(page.tick);
	const goingOn = setInterval(page.goOn, 1000);
	return () => {
		host.poll.remove(page.tick);
		clearInterval(goingOn);
		render(null, root);
	};
}
