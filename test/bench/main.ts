// SPDX-License-Identifier: Apache-2.0
/** `make bench`: what the page and the plugin cost, and what offloading gains. Figures of one run on one machine; nothing here passes or fails. */
import { cpus } from 'node:os';
import { benchPackets } from './packets.ts';
import { benchPage, line } from './page.ts';
import { benchRouter } from './router.ts';
import { benchTables } from './tables.ts';
import { benchUserland } from './userland.ts';

console.log(`on ${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}`);
for (const figure of await benchPage()) console.log(line(figure));
for await (const text of benchUserland()) console.log(text);
for await (const text of benchTables()) console.log(text);
for await (const text of benchRouter()) console.log(text);
for await (const text of benchPackets()) console.log(text);
