package dev.lockstep.riscv.contract;

/**
 * All that an engine must do. Its suite is a class of five lines:
 *
 * <pre>{@code
 * final class MyEngineContractTest implements EngineContract {
 *     @Override
 *     public Executor executor(GuestMemory memory, Hart hart, @Nullable RecordBatch batch) {
 *         return new MyEngine(memory, hart, batch);
 *     }
 * }
 * }</pre>
 */
public interface EngineContract
        extends InstructionContract,
                OperationsContract,
                BlockContract,
                TrapContract,
                ReservationContract,
                RecordContract,
                ResumptionContract,
                CodeChangeContract,
                IsolationContract {}
