// SPDX-License-Identifier: Apache-2.0

/** A name and its value in a description list. */
export function Fact({ name, value }: { name: string; value: string }) {
	return (
		<div>
			<dt>{name}</dt>
			<dd>{value}</dd>
		</div>
	);
}
