#!/usr/bin/ucode
// SPDX-License-Identifier: Apache-2.0
// The tests' hand inside the router, on its second serial line. Base64, since the line is a terminal: it echoes,
// and it turns newlines around. Requests: "+BASE64" adds to the script, "!ID" runs it. Answers: "ID.BASE64" is
// a piece of its standard output, "ID,BASE64" of its standard error, "ID!CODE" ends it. shell.ts is the other end.
'use strict';

import { open, stdin, stdout } from 'fs';

const SCRIPT = '/tmp/vm-agent.sh';

function send_file(id, mark, path) {
	const file = open(path, 'r');
	let piece;
	while (file && length(piece = file.read(1536)))
		stdout.write(`${id}${mark}${b64enc(piece)}\n`);
	file?.close();
}

let script = '';
stdout.write('agent ready\n');
stdout.flush();

let line;
while (length(line = stdin.read('line'))) {
	line = trim(line);
	if (substr(line, 0, 1) == '+') {
		script += b64dec(substr(line, 1)) ?? '';
	}
	else if (substr(line, 0, 1) == '!') {
		const id = substr(line, 1);
		const file = open(SCRIPT, 'w');
		file.write(script);
		file.close();
		script = '';
		const code = system(`exec /bin/sh ${SCRIPT} </dev/null >/tmp/vm-agent.out 2>/tmp/vm-agent.err`);
		send_file(id, '.', '/tmp/vm-agent.out');
		send_file(id, ',', '/tmp/vm-agent.err');
		stdout.write(`${id}!${code}\n`);
		stdout.flush();
	}
}
