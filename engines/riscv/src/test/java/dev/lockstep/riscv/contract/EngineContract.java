package dev.lockstep.riscv.contract;

/**
 * All that an engine must do. Its suite is a class of five lines:
 *
 * <pre>{@code
 * final class MyEngineContractTest implements EngineContract {
 *     @Override
 *     public Executor executor(GuestMemory memory, Hart hart, Recording recording) {
 *         return new MyEngine(memory, hart, recording);
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
                DigestContract,
                ResumptionContract,
                CodeChangeContract,
                IsolationContract {}
