// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The protocol of the shell socket. The client sends one request (kind, length, UTF-8 text) and gets frames: a kind, a
 * 4-octet length in network byte order, octets. The last is the exit status in one octet.
 */
final class Frames {
    /** Request: run one command line. */
    static final int COMMAND = 'c';

    /** Request: is the daemon ready. */
    static final int STATUS = 's';

    /** Request: wait until the daemon is ready, then as {@link #STATUS}. */
    static final int AWAIT = 'a';

    /** Request: words that may follow a line up to the cursor, one a line on stdout. */
    static final int COMPLETE = 'p';

    /** Before a command: lines of {@code NAME=VALUE} about the caller; {@code COLUMNS} and {@code LINES} may come again meanwhile. */
    static final int VARIABLES = 'v';

    /** While a command runs: keys that were pressed, in answer to {@link #KEYS}. */
    static final int INPUT = 'i';

    /** Answer: the command wants keys, each as it is pressed. */
    static final int KEYS = 'k';

    /** Answer: octets for stdout. */
    static final int OUT = 'o';

    /** Answer: octets for stderr. */
    static final int ERR = 'e';

    /** Answer: the exit status; ends the answer. */
    static final int EXIT = 'x';

    /** No frame is longer. */
    static final int MAX_OCTETS = 64 * 1024;

    private Frames() {}

    /**
     * One frame.
     *
     * @param kind one of the constants
     * @param data its octets, owned by the receiver
     */
    record Frame(int kind, byte[] data) {}

    /** @throws IOException if the stream ends within the frame, or the frame is too long */
    static Frame read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        int kind = in.readUnsignedByte();
        int length = in.readInt();
        if (length < 0 || length > MAX_OCTETS) {
            throw new IOException("frame of " + length + " octets, at most " + MAX_OCTETS + " are allowed");
        }
        byte[] data = new byte[length];
        in.readFully(data);
        return new Frame(kind, data);
    }

    /** Writes one frame; {@code length} is at most {@link #MAX_OCTETS}. */
    static void write(OutputStream stream, int kind, byte[] data, int offset, int length) throws IOException {
        byte[] head = {(byte) kind, (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
        };
        DataOutputStream out = new DataOutputStream(stream);
        out.write(head);
        out.write(data, offset, length);
        out.flush();
    }

    /** A stream whose octets become frames of one kind. Writers of both kinds share {@code stream}, and lock it. */
    static OutputStream output(OutputStream stream, int kind) {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] data, int offset, int length) throws IOException {
                synchronized (stream) {
                    for (int done = 0; done < length; done += MAX_OCTETS) {
                        Frames.write(stream, kind, data, offset + done, Math.min(MAX_OCTETS, length - done));
                    }
                }
            }
        };
    }
}
