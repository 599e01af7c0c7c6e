package dev.lockstep.recomp;

import java.util.List;

/**
 * What holds about the registers where a region's blocks begin: which may have been changed since
 * they were last stored back, and which have to be in their locals. Sets as in {@link RegisterUse}.
 */
final class RegisterFlow {
    private final List<RegionNode> nodes;
    private final RegisterUse[] uses;
    private final boolean[] leaving;
    private final long[] changed;
    private final long[] needed;

    /**
     * @param nodes in their order
     * @param recorded whether every block end may leave the region
     */
    RegisterFlow(List<RegionNode> nodes, boolean recorded) {
        this.nodes = nodes;
        uses =
                nodes.stream()
                        .map(node -> RegisterUse.of(node.block().instructions()))
                        .toArray(RegisterUse[]::new);
        leaving = new boolean[nodes.size()];
        for (RegionNode node : nodes) {
            leaving[node.number()] = recorded || mayLeave(node);
        }
        changed = new long[nodes.size()];
        needed = new long[nodes.size()];
        findChanged();
        findNeeded();
    }

    private static boolean mayLeave(RegionNode node) {
        boolean indirect = node.successors().isEmpty();
        boolean back = node.successors().stream().anyMatch(to -> to.number() <= node.number());
        boolean traps = node.block().instructions().stream().anyMatch(BlockFrame::mayTrap);
        boolean branches = Neighbourhood.successorsInside(node).length > node.successors().size();
        return indirect || back || traps || branches || node.calls();
    }

    private void findChanged() {
        boolean again = true;
        while (again) {
            again = false;
            for (RegionNode node : nodes) {
                long after = node.calls() ? 0 : changedAfter(node);
                for (RegionNode successor : node.successors()) {
                    long union = changed[successor.number()] | after;
                    again |= union != changed[successor.number()];
                    changed[successor.number()] = union;
                }
            }
        }
    }

    private void findNeeded() {
        boolean again = true;
        while (again) {
            again = false;
            for (RegionNode node : nodes.reversed()) {
                long before = neededBefore(node);
                again |= before != needed[node.number()];
                needed[node.number()] = before;
            }
        }
    }

    private long neededBefore(RegionNode node) {
        RegisterUse use = uses[node.number()];
        long after = 0;
        if (!node.calls()) {
            for (RegionNode successor : node.successors()) {
                after |= needed[successor.number()];
            }
        }
        long stored = leaving[node.number()] ? changed[node.number()] : 0;
        return use.read() | stored | (after & ~use.written());
    }

    /** Returns what may have been changed when the node begins. */
    long changedBefore(RegionNode node) {
        return changed[node.number()];
    }

    private long changedAfter(RegionNode node) {
        return changed[node.number()] | uses[node.number()].written();
    }

    /** Returns what has to be in locals when the node begins. */
    long needed(RegionNode node) {
        return needed[node.number()];
    }

    /** Returns all registers that the region uses. */
    long used() {
        long all = 0;
        for (RegisterUse use : uses) {
            all |= use.all();
        }
        return all;
    }
}
