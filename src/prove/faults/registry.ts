import type { PipelineFault, ShopFault } from "../fault.ts";
import { ackedNeverLogged } from "./acked-never-logged.ts";
import { amountAltered } from "./amount-altered.ts";
import { cancellationIgnored } from "./cancellation-ignored.ts";
import { conflictSwallowed } from "./conflict-swallowed.ts";
import { countedNotNoted } from "./counted-not-noted.ts";
import { customerOrderBroken } from "./customer-order-broken.ts";
import { deadLetterDropped } from "./dead-letter-dropped.ts";
import { deadLetterWithoutReason } from "./dead-letter-without-reason.ts";
import { decidedAndDeadLettered } from "./decided-and-dead-lettered.ts";
import { decidedOutOfOrder } from "./decided-out-of-order.ts";
import { doubleApplyOnRedelivery } from "./double-apply-on-redelivery.ts";
import { doubleCount } from "./double-count.ts";
import { dropOnLockFailure } from "./drop-on-lock-failure.ts";
import { eventAltered } from "./event-altered.ts";
import { eventUnderTwoIds } from "./event-under-two-ids.ts";
import { eventWithoutOrder } from "./event-without-order.ts";
import { eventsSwapped } from "./events-swapped.ts";
import { halfDroppedNoOffsets } from "./half-dropped-no-offsets.ts";
import { halfReserved } from "./half-reserved.ts";
import { lateDuplicate } from "./late-duplicate.ts";
import { lineMissing } from "./line-missing.ts";
import { logMadeAnew } from "./log-made-anew.ts";
import { loggedUnderTwoIds } from "./logged-under-two-ids.ts";
import { lostMetricUpdate } from "./lost-metric-update.ts";
import { lostUpdate } from "./lost-update.ts";
import { markedNeverSent } from "./marked-never-sent.ts";
import { messageAltered } from "./message-altered.ts";
import { neverReserved } from "./never-reserved.ts";
import { offsetBeforeWork } from "./offset-before-work.ts";
import { offsetNotStored } from "./offset-not-stored.ts";
import { orderWithoutEvent } from "./order-without-event.ts";
import { orderWithoutReservation } from "./order-without-reservation.ts";
import { outcomeFlipped } from "./outcome-flipped.ts";
import { outcomeMisread } from "./outcome-misread.ts";
import { oversell } from "./oversell.ts";
import { refusedAndLogged } from "./refused-and-logged.ts";
import { releasedTwice } from "./released-twice.ts";
import { reservationWithoutOrder } from "./reservation-without-order.ts";
import { rowNobodyOrdered } from "./row-nobody-ordered.ts";
import { shippedStays } from "./shipped-stays.ts";
import { shopTotalAltered } from "./shop-total-altered.ts";
import { stockChangedByHand } from "./stock-changed-by-hand.ts";
import { stockRestoredTwice } from "./stock-restored-twice.ts";
import { sumBroken } from "./sum-broken.ts";
import { swappedCustomers } from "./swapped-customers.ts";
import { unansweredDoubled } from "./unanswered-doubled.ts";
import { undersell } from "./undersell.ts";
import { wrongProduct } from "./wrong-product.ts";
import { wrongQuantity } from "./wrong-quantity.ts";
import { wrongReason } from "./wrong-reason.ts";

/** All that a pipeline may do wrong, in the order in which it is reported. */
const ofPipeline: readonly PipelineFault[] = [
  lostUpdate,
  oversell,
  doubleApplyOnRedelivery,
  dropOnLockFailure,
  offsetBeforeWork,
  offsetNotStored,
  halfDroppedNoOffsets,
  reservationWithoutOrder,
  orderWithoutReservation,
  sumBroken,
  wrongQuantity,
  wrongProduct,
  swappedCustomers,
  amountAltered,
  lineMissing,
  halfReserved,
  outcomeFlipped,
  undersell,
  wrongReason,
  deadLetterDropped,
  deadLetterWithoutReason,
  decidedAndDeadLettered,
  unansweredDoubled,
  decidedOutOfOrder,
  lateDuplicate,
  conflictSwallowed,
  stockRestoredTwice,
  stockChangedByHand,
  ackedNeverLogged,
  refusedAndLogged,
  loggedUnderTwoIds,
  messageAltered,
  customerOrderBroken,
  rowNobodyOrdered,
  logMadeAnew,
];

const ofShop: readonly ShopFault[] = [
  eventWithoutOrder,
  orderWithoutEvent,
  markedNeverSent,
  eventUnderTwoIds,
  eventsSwapped,
  eventAltered,
  doubleCount,
  lostMetricUpdate,
  countedNotNoted,
  shopTotalAltered,
  neverReserved,
  cancellationIgnored,
  releasedTwice,
  shippedStays,
  outcomeMisread,
];

export const faults = [...ofPipeline, ...ofShop];
