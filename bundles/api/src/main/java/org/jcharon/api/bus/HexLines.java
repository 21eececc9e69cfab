// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import java.util.Locale;
import java.util.function.Consumer;

/** Octets as lines of 16, with their offset before and their characters behind them, as strongSwan prints them. */
final class HexLines {

    private static final int A_LINE = 16;

    private HexLines() {}

    static void print(String what, byte[] octets, Consumer<String> lines) {
        lines.accept(what + " => " + octets.length + " bytes");
        for (int from = 0; from < octets.length; from += A_LINE) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%4d: ", from));
            StringBuilder characters = new StringBuilder();
            for (int at = from; at < from + A_LINE; at++) {
                line.append(at < octets.length ? String.format(Locale.ROOT, "%02X ", octets[at]) : "   ");
                if (at < octets.length) {
                    characters.append(octets[at] > ' ' && octets[at] < 0x7F ? (char) octets[at] : '.');
                }
            }
            lines.accept(line.append(' ').append(characters).toString());
        }
    }
}
