"""The names of the messages that mentoring owes. What they say stands in notices/."""

# To the two of a pair.
PROPOSED = "mentoring.proposed"
INTRODUCED = "mentoring.introduced"
DECLINED = "mentoring.declined"
EXPIRED = "mentoring.expired"
MENTOR_LEFT = "mentoring.mentor_left"
DID_YOU_MEET = "mentoring.did_you_meet"
FOLLOW_UP = "mentoring.follow_up"
PULSE = "mentoring.pulse"
ENDING_SOON = "mentoring.ending_soon"
ENDED = "mentoring.ended"
CHOOSE_NEXT = "mentoring.choose_next"

# What one of the two did, told to the other.
AGREEMENT = "mentoring.agreement"
MEETING_PLANNED = "mentoring.meeting_planned"
MEETING_CALLED_OFF = "mentoring.meeting_called_off"
NEW_MESSAGE = "mentoring.new_message"
SLOT_TAKEN = "mentoring.slot_taken"
SLOT_CALLED_OFF = "mentoring.slot_called_off"

# About being enrolled.
APPROVED = "mentoring.approved"
REFUSED = "mentoring.refused"
RENEWAL = "mentoring.renewal"
BACK = "mentoring.back"

# The yearly round by mutual ranking.
RANKING_OPEN = "mentoring.ranking_open"

# Concerns, in confidence.
CONCERN_RECEIVED = "mentoring.concern_received"
CONCERN_DUE = "mentoring.concern_due"
CONCERN_ANSWERED = "mentoring.concern_answered"

# To the coordinators.
LOW_PULSE = "mentoring.low_pulse"
NOT_MET = "mentoring.not_met"
STUCK = "mentoring.stuck"
