package dev.lockstep.recomp;

import org.jspecify.annotations.Nullable;

/**
 * Where a region calls another: remembers the region called last.
 *
 * <p>Compiled code compares the address of {@link #region}, which tells too whether it is still in
 * use.
 */
final class CallSite {
    private static final Region NONE =
            new Region() {
                @Override
                long run(int depth) {
                    throw new IllegalStateException("no region (expected: never called)");
                }
            };

    private final CodeCache<Region> regions;
    Region region = NONE;

    CallSite(CodeCache<Region> regions) {
        this.regions = regions;
    }

    /** Returns the region at the target and remembers it; null if there is none. */
    @Nullable Region resolve(long target) {
        Region found = regions.find(target);
        if (found != null) {
            region = found;
        }
        return found;
    }
}
