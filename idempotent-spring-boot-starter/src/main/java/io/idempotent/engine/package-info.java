/**
 * The door to the guard, and its drivers: a call is read, admitted, executed or replayed,
 * and its attempt is ended. Usable without AOP.
 * <table>
 * <caption>What becomes of a record</caption>
 * <tr>
 * <th>record</th>
 * <th>event</th>
 * <th>becomes</th>
 * <th>by</th>
 * </tr>
 * <tr>
 * <td>none, released, expired</td>
 * <td>a claim</td>
 * <td>in progress</td>
 * <td>{@code Admission}</td>
 * </tr>
 * <tr>
 * <td>in progress</td>
 * <td>the method returns, or fails with a final failure</td>
 * <td>completed, failed</td>
 * <td>{@code Attempt}, {@code AttemptRecorder}</td>
 * </tr>
 * <tr>
 * <td>in progress</td>
 * <td>the method fails otherwise, or the transaction that it is part of rolls back</td>
 * <td>released</td>
 * <td>{@code Attempt}, {@code AttemptRecorder}</td>
 * </tr>
 * <tr>
 * <td>in progress</td>
 * <td>what happened is not known, or the lease ends</td>
 * <td>abandoned</td>
 * <td>{@code Attempt}, or the time</td>
 * </tr>
 * <tr>
 * <td>abandoned</td>
 * <td>a resolver or an operator knows the outcome</td>
 * <td>completed, failed, released</td>
 * <td>{@code AbandonedAttempts}, {@code IdempotencySettlement}</td>
 * </tr>
 * <tr>
 * <td>abandoned</td>
 * <td>a takeover under RETRY</td>
 * <td>in progress, with the next attempt</td>
 * <td>{@code Admission}</td>
 * </tr>
 * <tr>
 * <td>completed, failed, released</td>
 * <td>the time to live ends</td>
 * <td>none</td>
 * <td>{@code PurgeWorker}</td>
 * </tr>
 * </table>
 */
@NullMarked
package io.idempotent.engine;

import org.jspecify.annotations.NullMarked;
