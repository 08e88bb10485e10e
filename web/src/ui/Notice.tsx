// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import type { Tone } from './names.ts';

/** LuCI's alert box in one of our tones. */
export function Notice({ tone, children }: { tone: Tone; children: ComponentChildren }) {
	return <div class={`alert-message ${tone === 'good' ? 'success' : tone} nfo-notice`}>{children}</div>;
}
