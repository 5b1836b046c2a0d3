package io.idempotent.sample.email;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * What a client asks for.
 *
 * @param to the address
 * @param subject the subject, 1 to 200 characters that are not all blank, none of them a
 * control character
 * @param text the text, 1 to 20,000 characters that are not all blank
 */
record Message(@NotNull @Email @Size(max = 254) String to,
		@NotBlank @Pattern(regexp = "\\P{Cntrl}{1,200}") String subject,
		@NotBlank @Pattern(regexp = "[^\\x00]{1,20000}") String text) {

}
