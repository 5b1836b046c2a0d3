package io.idempotent.codec.v2;

/**
 * A class with the simple name of its superclass.
 */
public class Receipt extends io.idempotent.codec.v1.Receipt {

}
