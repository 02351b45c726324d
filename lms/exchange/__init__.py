"""Questions from and for other programs: GIFT, Moodle XML, Aiken and QTI beside our banks."""
