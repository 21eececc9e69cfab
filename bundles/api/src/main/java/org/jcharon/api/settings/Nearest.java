// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.util.Collection;
import java.util.Optional;

/** Finds what somebody probably meant, for "did you mean" in error messages. Any thread. */
public final class Nearest {

    private static final int LONGEST = 64;

    private Nearest() {}

    /** The candidate with the fewest edits from {@code word}, if these are few enough to be a slip. */
    public static Optional<String> to(String word, Collection<String> candidates) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String best = null;
        int fewest = Math.max(1, Math.min(3, word.length() / 3)) + 1;
        for (String candidate : candidates) {
            int edits = distance(word, candidate);
            if (edits < fewest) {
                fewest = edits;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code , did you mean 'x'?}, or nothing. */
    public static String hint(String word, Collection<String> candidates) {
        return to(word, candidates)
                .map(found -> ", did you mean '" + found + "'?")
                .orElse("");
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
