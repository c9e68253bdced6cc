import type { Fault } from "../fault.ts";
import { ackedNeverLogged } from "./acked-never-logged.ts";
import { amountAltered } from "./amount-altered.ts";
import { conflictSwallowed } from "./conflict-swallowed.ts";
import { customerOrderBroken } from "./customer-order-broken.ts";
import { deadLetterDropped } from "./dead-letter-dropped.ts";
import { deadLetterWithoutReason } from "./dead-letter-without-reason.ts";
import { decidedAndDeadLettered } from "./decided-and-dead-lettered.ts";
import { decidedOutOfOrder } from "./decided-out-of-order.ts";
import { doubleApplyOnRedelivery } from "./double-apply-on-redelivery.ts";
import { dropOnLockFailure } from "./drop-on-lock-failure.ts";
import { halfDroppedNoOffsets } from "./half-dropped-no-offsets.ts";
import { halfReserved } from "./half-reserved.ts";
import { lateDuplicate } from "./late-duplicate.ts";
import { lineMissing } from "./line-missing.ts";
import { logMadeAnew } from "./log-made-anew.ts";
import { loggedUnderTwoIds } from "./logged-under-two-ids.ts";
import { lostUpdate } from "./lost-update.ts";
import { messageAltered } from "./message-altered.ts";
import { offsetBeforeWork } from "./offset-before-work.ts";
import { offsetNotStored } from "./offset-not-stored.ts";
import { orderWithoutReservation } from "./order-without-reservation.ts";
import { outcomeFlipped } from "./outcome-flipped.ts";
import { oversell } from "./oversell.ts";
import { refusedAndLogged } from "./refused-and-logged.ts";
import { reservationWithoutOrder } from "./reservation-without-order.ts";
import { rowNobodyOrdered } from "./row-nobody-ordered.ts";
import { stockChangedByHand } from "./stock-changed-by-hand.ts";
import { stockRestoredTwice } from "./stock-restored-twice.ts";
import { sumBroken } from "./sum-broken.ts";
import { swappedCustomers } from "./swapped-customers.ts";
import { unansweredDoubled } from "./unanswered-doubled.ts";
import { undersell } from "./undersell.ts";
import { wrongProduct } from "./wrong-product.ts";
import { wrongQuantity } from "./wrong-quantity.ts";
import { wrongReason } from "./wrong-reason.ts";

/** All that a system may do wrong, in the order in which it is reported. */
export const faults: readonly Fault[] = [
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
