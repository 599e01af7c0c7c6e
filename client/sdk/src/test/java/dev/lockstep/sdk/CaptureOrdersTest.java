package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.sdk.CaptureOrders.Due;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Objects;

/** States are due at the steps that were ordered, and what is wanted of one is not mixed up. */
@Timeout(20)
class CaptureOrdersTest {
    private final CaptureOrders orders = new CaptureOrders();

    private void order(long id, long step, long every) {
        Capture.Builder capture = Capture.newBuilder().setId(id).setStep(step).setEverySteps(every);
        orders.receive(CoordinatorFrame.newBuilder().setCapture(capture).build());
    }

    private PagesWanted want(long id, long step) {
        PagesWanted wanted =
                PagesWanted.newBuilder()
                        .setId(id)
                        .setStep(step)
                        .setHashes(ByteString.copyFrom(new byte[32]))
                        .build();
        orders.receive(CoordinatorFrame.newBuilder().setPagesWanted(wanted).build());
        return wanted;
    }

    private void done(long id, long step) {
        CaptureDone.Builder done = CaptureDone.newBuilder().setId(id).setStep(step);
        orders.receive(CoordinatorFrame.newBuilder().setCaptureDone(done).build());
    }

    @Test
    void nothingIsDueBeforeItIsOrdered() {
        assertThat(orders.nextStep()).isEqualTo(CaptureOrders.NEVER);
        assertThat(orders.take(100)).isNull();
    }

    @Test
    void aSingleStateIsDueOnce() {
        order(1, 50, 0);
        assertThat(orders.nextStep()).isEqualTo(50);
        assertThat(orders.take(49)).isNull();
        assertThat(orders.take(53)).isEqualTo(new Due(1, 53));
        assertThat(orders.nextStep()).isEqualTo(CaptureOrders.NEVER);
    }

    @Test
    void aRecurringOneIsDueAtTheNextMultipleThatLiesAhead() {
        order(1, 50, 20);
        assertThat(orders.take(95)).isEqualTo(new Due(1, 95));
        assertThat(orders.nextStep()).isEqualTo(110);
    }

    @Test
    void aRecurringOneWhoseNextStepNoGuestReachesIsNeverDueAgain() {
        order(1, 50, Long.MAX_VALUE);
        order(2, 60, Long.MAX_VALUE / 2);
        assertThat(orders.take(55)).isEqualTo(new Due(1, 55));
        assertThat(orders.take(60)).isEqualTo(new Due(2, 60));
        assertThat(orders.nextStep()).isEqualTo(60 + Long.MAX_VALUE / 2);
        assertThat(orders.take(Long.MAX_VALUE - 10)).isEqualTo(new Due(2, Long.MAX_VALUE - 10));
        assertThat(orders.nextStep()).isEqualTo(CaptureOrders.NEVER);
    }

    @Test
    void theEarliestOfSeveralOrdersComesFirst() {
        order(1, 50, 0);
        order(2, 30, 0);
        assertThat(orders.nextStep()).isEqualTo(30);
        assertThat(orders.take(30)).isEqualTo(new Due(2, 30));
        assertThat(orders.nextStep()).isEqualTo(50);
    }

    @Test
    void whatEndsOneStateLeavesTheNextOfItsOrderAlone() throws Exception {
        order(1, 10, 10);
        Due first = Objects.requireNonNull(orders.take(10));
        Due second = Objects.requireNonNull(orders.take(20));
        done(1, 10);
        PagesWanted wanted = want(1, 20);

        assertThat(orders.await(first)).isNull();
        assertThat(orders.await(second)).isEqualTo(wanted);
        done(1, 20);
        assertThat(orders.await(second)).isNull();
        assertThat(orders.nextStep()).isEqualTo(30);
    }

    @Test
    void theEndOfAnOrderEndsItsStatesToo() throws Exception {
        order(1, 10, 10);
        Due due = Objects.requireNonNull(orders.take(10));
        done(1, 0);

        assertThat(orders.await(due)).isNull();
        assertThat(orders.nextStep()).isEqualTo(CaptureOrders.NEVER);
    }

    @Test
    void whoWaitsHearsThatTheSessionHasEnded() throws Exception {
        order(1, 10, 0);
        Due due = Objects.requireNonNull(orders.take(10));
        Thread end = new Thread(orders::end);
        end.start();

        assertThat(orders.await(due)).isNull();
        end.join();
    }
}
