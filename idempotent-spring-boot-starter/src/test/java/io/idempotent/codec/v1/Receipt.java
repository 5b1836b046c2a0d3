package io.idempotent.codec.v1;

/**
 * A class whose successor has its simple name.
 */
public class Receipt {

	public String id = "r";

}
