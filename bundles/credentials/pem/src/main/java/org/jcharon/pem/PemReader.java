// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jcharon.api.credential.DecodingException;

/**
 * Textual encodings (RFC 7468) with the headers of RFC 1421. Text around the blocks is passed over. Works on octets, not strings,
 * because strings with keys in them could not be wiped. Not thread-safe.
 */
final class PemReader {

    static final int MAX_BLOCKS = 512;

    private static final byte[] BEGIN = "-----BEGIN ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "-----END ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DASHES = "-----".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LABEL = 64;
    private static final int MAX_HEADER = 1024;

    private final byte[] text;
    private int at;
    private int line;

    PemReader(byte[] text) {
        this.text = text;
    }

    /** Whether a line of the text begins a block. */
    static boolean isArmoured(byte[] text) {
        PemReader reader = new PemReader(text);
        while (reader.at < text.length) {
            int start = reader.at;
            if (reader.startsWith(BEGIN, start, reader.nextLine())) {
                return true;
            }
        }
        return false;
    }

    /** All blocks, closed by the caller. */
    List<PemBlock> blocks() throws DecodingException {
        List<PemBlock> blocks = new ArrayList<>();
        try {
            while (at < text.length) {
                int start = at;
                int end = nextLine();
                if (startsWith(BEGIN, start, end)) {
                    if (blocks.size() == MAX_BLOCKS) {
                        throw error("over " + MAX_BLOCKS + " blocks");
                    }
                    blocks.add(block(label(start + BEGIN.length, end)));
                }
            }
            return blocks;
        } catch (DecodingException e) {
            blocks.forEach(PemBlock::close);
            throw e;
        }
    }

    private PemBlock block(String label) throws DecodingException {
        int begun = line;
        byte[] digits = new byte[text.length - at];
        int length = 0;
        String cipher = "";
        boolean encrypted = false;
        boolean headers = false;
        try {
            while (at < text.length) {
                int start = at;
                int end = nextLine();
                if (startsWith(END, start, end)) {
                    if (!label(start + END.length, end).equals(label)) {
                        throw error("block ends with another label than " + label);
                    }
                    if (encrypted && cipher.isEmpty()) {
                        throw error("Proc-Type says encrypted, but DEK-Info is missing");
                    }
                    return new PemBlock(label, encrypted ? cipher : "", decode(digits, length));
                }
                if (length == 0 && indexOf(':', start, end) >= 0) {
                    headers = true;
                    String header = header(start, end);
                    if (header.startsWith("Proc-Type:")) {
                        encrypted = header.endsWith(",ENCRYPTED");
                    } else if (header.startsWith("DEK-Info:")) {
                        cipher = header.substring("DEK-Info:".length()).strip();
                    }
                    continue;
                }
                if (startsWith(DASHES, start, end)) {
                    throw error("block that began in line " + begun + " is not ended");
                }
                for (int i = start; i < end; i++) {
                    if (!isSpace(text[i])) {
                        digits[length++] = text[i];
                    }
                }
            }
            throw error((headers ? "headers" : "block") + " without end, begun in line " + begun);
        } finally {
            Arrays.fill(digits, (byte) 0);
        }
    }

    private byte[] decode(byte[] digits, int length) throws DecodingException {
        byte[] exact = Arrays.copyOf(digits, length);
        try {
            byte[] octets = Base64.getDecoder().decode(exact);
            if (octets.length == 0 || length % 4 != 0) {
                Arrays.fill(octets, (byte) 0);
                throw error("block is empty or its base64 incomplete");
            }
            return octets;
        } catch (IllegalArgumentException notBase64) {
            throw error("block is not base64"); // the cause's text would quote a digit of a key
        } finally {
            Arrays.fill(exact, (byte) 0);
        }
    }

    private String label(int start, int end) throws DecodingException {
        int length = 0;
        while (start + length < end && text[start + length] != '-') {
            int c = text[start + length++];
            if (length > MAX_LABEL || c < ' ' || c > '~') {
                throw error("malformed label");
            }
        }
        int after = start + length;
        if (!startsWith(DASHES, after, end) || !isBlank(after + DASHES.length, end)) {
            throw error("label without dashes behind it");
        }
        return new String(text, start, length, StandardCharsets.US_ASCII);
    }

    private String header(int start, int end) throws DecodingException {
        if (end - start > MAX_HEADER) {
            throw error("header over " + MAX_HEADER + " octets");
        }
        return new String(text, start, end - start, StandardCharsets.US_ASCII).strip();
    }

    /** Moves to the next line and returns the end of this one, without its line feed. */
    private int nextLine() {
        line++;
        int end = indexOf('\n', at, text.length);
        at = end < 0 ? text.length : end + 1;
        return end < 0 ? text.length : end;
    }

    private int indexOf(int octet, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == octet) {
                return i;
            }
        }
        return -1;
    }

    private boolean startsWith(byte[] prefix, int start, int end) {
        return end - start >= prefix.length
                && Arrays.equals(text, start, start + prefix.length, prefix, 0, prefix.length);
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isSpace(text[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
    }

    private DecodingException error(String what) {
        return new DecodingException("PEM, line " + line + ": " + what);
    }
}
