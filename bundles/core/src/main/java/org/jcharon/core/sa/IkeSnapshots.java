// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.child.ChildSa;

/** What core knows of a snapshot beyond what plugins see. Any thread. */
public final class IkeSnapshots {

    private IkeSnapshots() {}

    /** What the IKE_SA went through; empty if it is no snapshot of ours. */
    public static Optional<History> history(IkeSaInfo snapshot) {
        return snapshot instanceof IkeSaSnapshot ike ? Optional.of(ike.history()) : Optional.empty();
    }

    /** Whether an IKE_SA was made for a connection configured like {@code config}, children apart. */
    public static boolean isOf(IkeSaInfo snapshot, PeerConfig config) {
        return snapshot instanceof IkeSaSnapshot ike && ike.config() != null && isLike(ike.config(), config);
    }

    /** Whether two connections are configured alike, children apart. */
    static boolean isLike(PeerConfig one, PeerConfig other) {
        return one.toBuilder()
                .children(List.of())
                .build()
                .equals(other.toBuilder().children(List.of()).build());
    }

    /** A snapshot with the usage of its CHILD_SAs that the kernel tells now. */
    public static IkeSaInfo withUsage(IkeSaInfo snapshot, KernelRegistry kernel) {
        if (!(snapshot instanceof IkeSaSnapshot ike)) {
            return snapshot;
        }
        return ike.withChildren(ike.children().stream()
                .map(child -> ChildSa.withUsage(
                        child, ike.local().address(), ike.remote().address(), kernel))
                .toList());
    }

    /** A snapshot with those of its CHILD_SAs that {@code wanted} takes. */
    public static IkeSaInfo withChildren(IkeSaInfo snapshot, Predicate<ChildSaInfo> wanted) {
        return snapshot instanceof IkeSaSnapshot ike
                ? ike.withChildren(ike.children().stream().filter(wanted).toList())
                : snapshot;
    }
}
