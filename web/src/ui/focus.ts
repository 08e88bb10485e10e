// SPDX-License-Identifier: Apache-2.0

/** As a reference: what appears with it takes the focus, once. */
export const focus = (element: HTMLElement | null): void => {
	element?.focus();
};

/** Whether nothing has the focus: what had it is gone, or it was nowhere. */
export const isFocusLost = (): boolean =>
	document.activeElement === null || document.activeElement === document.body;

/** As a reference: what takes the place of what had the focus takes that, too. */
export const focusIfLost = (element: HTMLElement | null): void => {
	if (isFocusLost()) element?.focus({ preventScroll: true });
};
