// SPDX-License-Identifier: Apache-2.0
import type { Path } from '../../../rpcd/api/index.ts';
import { pathName } from './names.ts';

/** The path of a connection, told by a shape and a word, never by colour alone. */
export function PathBadge({ path }: { path: Path }) {
	return <span class={`nfo-badge nfo-path-${path}`}>{pathName(path)}</span>;
}
