// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';

interface DialogProps {
	title: string;
	/** Escape was pressed. Absent: the dialog cannot be left that way. */
	onEscape?: (() => void) | undefined;
	children: ComponentChildren;
}

const TITLE_ID = 'nfo-dialog-title';

/** Opens the dialog when it appears. A reference that stays the same is called once. */
const open = (dialog: HTMLDialogElement | null) => dialog?.showModal();

/** A modal dialog, one at a time: the browser's own keeps the focus inside. */
export function Dialog({ title, onEscape, children }: DialogProps) {
	return (
		<dialog
			ref={open}
			class="nfo-dialog"
			aria-labelledby={TITLE_ID}
			onCancel={(event) => {
				event.preventDefault();
				onEscape?.();
			}}
		>
			<h4 id={TITLE_ID}>{title}</h4>
			{children}
		</dialog>
	);
}
