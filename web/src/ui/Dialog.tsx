// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentChildren } from 'preact';
import { isFocusLost } from './focus.ts';

interface DialogProps {
	title: string;
	/** Escape was pressed. */
	onEscape: () => void;
	children: ComponentChildren;
}

/** A modal dialog. The browser's own keeps the focus inside; where it was before, it is afterwards. */
export class Dialog extends Component<DialogProps> {
	readonly #before = document.activeElement;

	/** Opens the dialog when it appears. A reference that stays the same is called once. */
	readonly #open = (dialog: HTMLDialogElement | null) => dialog?.showModal();

	/** What had the focus may still be disabled: the rest of the page is drawn behind this. */
	override componentWillUnmount() {
		queueMicrotask(() => {
			if (isFocusLost() && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
		});
	}

	override render({ title, onEscape, children }: DialogProps) {
		const leave = (event: Event) => {
			event.preventDefault();
			onEscape();
		};
		return (
			<dialog
				ref={this.#open}
				class="nfo-dialog"
				aria-label={title}
				onCancel={leave}
				// A second Escape closes without asking, unless the key itself is taken.
				onKeyDown={(event) => {
					if (event.key === 'Escape') leave(event);
				}}
			>
				<h4>{title}</h4>
				{children}
			</dialog>
		);
	}
}
