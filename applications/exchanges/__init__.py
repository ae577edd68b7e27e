"""What passes between a candidate and HR once the file is submitted: pieces, contact details, accommodation, recourse."""
