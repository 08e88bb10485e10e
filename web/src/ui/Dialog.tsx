// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';

interface DialogProps {
	title: string;
	/** Escape was pressed. Absent: the dialog cannot be left that way. */
	onEscape?: (() => void) | undefined;
	children: ComponentChildren;
}

/** Opens the dialog when it appears. A reference that stays the same is called once. */
const open = (dialog: HTMLDialogElement | null) => dialog?.showModal();

/** A modal dialog; that for the password may open above another. The browser's own keeps the focus inside. */
export function Dialog({ title, onEscape, children }: DialogProps) {
	const leave = (event: Event) => {
		event.preventDefault();
		onEscape?.();
	};
	return (
		<dialog
			ref={open}
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
