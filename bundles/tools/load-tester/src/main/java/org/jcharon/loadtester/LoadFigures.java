// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a run went. Immutable.
 *
 * @param initiators IKE_SAs that were to be made
 * @param established those that came up, with all their CHILD_SAs
 * @param reasons number of failures by reason
 * @param took from the first beginning to the last end
 * @param latencies nanoseconds from an initiation to its first CHILD_SA; sorted
 */
record LoadFigures(int initiators, int established, Map<String, Integer> reasons, Duration took, long[] latencies) {

    private static final double NANOS_PER_MILLI = 1e6;

    LoadFigures {
        reasons = new TreeMap<>(reasons);
        latencies = latencies.clone();
        Arrays.sort(latencies);
    }

    /** Number of failures. */
    int failed() {
        return reasons.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** In the order in which they are printed. */
    Map<String, Object> values() {
        double seconds = took.toNanos() / 1e9;
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("initiators", initiators);
        values.put("established", established);
        values.put("failed", failed());
        values.put("reasons", reasons);
        values.put("seconds", seconds);
        values.put("handshakes_per_second", seconds == 0 ? 0.0 : established / seconds);
        Map<String, Object> latency = new LinkedHashMap<>();
        latency.put("p50", percentile(50));
        latency.put("p95", percentile(95));
        latency.put("p99", percentile(99));
        values.put("latency_ms", latency);
        return values;
    }

    /** Milliseconds within which so many of a hundred were established; 0 if none was. */
    double percentile(int percent) {
        if (latencies.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100.0 * latencies.length);
        return latencies[Math.max(0, rank - 1)] / NANOS_PER_MILLI;
    }
}
