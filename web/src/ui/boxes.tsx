// SPDX-License-Identifier: Apache-2.0
/** The small boxes that all parts share: in one module, which lies with what is seen first. */
import type { ComponentChildren } from 'preact';
import type { Tone } from './names.ts';

/** LuCI's alert box in one of our tones. */
export function Notice({ tone, children }: { tone: Tone; children: ComponentChildren }) {
	return <div class={`alert-message nfo-notice nfo-tone-${tone}`}>{children}</div>;
}

/** A name and its value in a description list. */
export function Fact({ name, value }: { name: string; value: string }) {
	return (
		<div>
			<dt>{name}</dt>
			<dd>{value}</dd>
		</div>
	);
}
