"""Questions for a value: documents that give different ones, a kind of value that is not named, and denials.

Each has the documents and what a model says of them. The names are made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueCase:
    question: str
    documents: tuple[str, ...]
    says: str


# Two sentences answer with different values.
DISAGREEING = (
    ValueCase('When was Acme founded?', ('Acme was founded in 1990.', 'Acme was founded in 1985.'), 'Acme was founded in 1990 [1].'),
    ValueCase('When was Acme founded?', ('Acme was founded in 1990.', 'Acme was founded in 1985.'), 'In 1990.'),
    ValueCase('How tall is the Brenner tower?', ('The Brenner tower is 120 metres tall.', 'The Brenner tower is 135 metres tall.'), 'The Brenner tower is 120 metres tall.'),
    ValueCase('Who is the director of the museum?', ('The director of the museum is Anna Weber.', 'The director of the museum is Paul Klein.'), 'Anna Weber is the director of the museum.'),
    ValueCase('When does the library close?', ('The library closes at 18:00.', 'The library closes at 20:00.'), 'The library closes at 18:00.'),
    ValueCase('What is the capital of Zubrowka?', ('The capital of Zubrowka is Lutz.', 'Lutz is a small town. The capital of Zubrowka is Nebelsbad.'), 'The capital is Lutz.'),
    ValueCase('How many employees does Nordwind have?', ('Nordwind has 340 employees.', 'Nordwind is a shipping firm. It has 410 employees.'), 'Nordwind has 340 employees.'),
    ValueCase('Who wrote The Long Pier?', ('The Long Pier was written by Ida Moen.', 'The Long Pier was written by Karl Ost.'), 'Ida Moen wrote The Long Pier.'),
    ValueCase('What colour is the front door?', ('The front door is green.', 'The front door is blue.'), 'The front door is green.'),
    ValueCase('On what day is the meeting?', ('The meeting is on Monday.', 'The meeting is on Thursday.'), 'The meeting is on Monday.'),
    ValueCase('When was the bridge opened?', ('The bridge was opened on 3 May 1932.', 'The bridge was opened on 9 June 1932.'), 'The bridge was opened on 3 May 1932.'),
    ValueCase('When does the pool open?', ('The pool opens at 7 am.', 'The pool opens at 9 am.'), 'The pool opens at 7 am.'),
    ValueCase('Where does Carla live?', ('Carla lives in Porto.', 'Carla lives in Lyon with her brother.'), 'Carla lives in Porto.'),
    ValueCase('What is the population of Drayle?', ('The population of Drayle is 12,400.', 'Drayle is a port. The population of Drayle is 15,900.'), '12,400'),
    ValueCase('Who is the mayor of Drayle?', ('The mayor of Drayle is Otto Brand.', 'Lena Fuchs is the mayor of Drayle.'), 'Otto Brand'),
    ValueCase('How long does the course last?', ('The course lasts six weeks.', 'The course lasts 8 weeks.'), 'The course lasts six weeks.'),
    ValueCase('How many rooms does the hotel have?', ('The hotel has 80 rooms and a sauna.', 'The hotel has 95 rooms.'), '80 rooms'),
    ValueCase('What is the maximum speed of the X5 train?', ('The maximum speed of the X5 train is 250 km/h.', 'The X5 train has a maximum speed of 230 km/h.'), '250 km/h'),
    ValueCase('What does a ticket cost?', ('A ticket costs 12 euros. Children pay half.', 'Welcome! A ticket costs 14 euros.'), '12 euros'),
    ValueCase('When did the war of Brol end?', ('The war of Brol ended in 1648.', 'The war of Brol ended in 1650, after long talks.'), '1648'),
    ValueCase('What colour is my bike?', ('User: My bike is turquoise.', 'User: My bike is red.'), 'Your bike is turquoise.'),
    ValueCase('Who invented the spork?', ('Samuel Francis invented the spork.', 'The spork was invented by Harriet Moss.'), 'Samuel Francis'),
    ValueCase('How much does the P-200 weigh?', ('The P-200 weighs 18 kg.', 'The P-200 weighs 21 kg and is made of steel.'), '18 kg'),
    ValueCase('When is the deadline for applications?', ('The deadline for applications is 4 March.', 'The deadline for applications is 11 March.'), '4 March'),
    ValueCase('When was Acme founded?', ('History. Acme was founded in 1990. It makes pumps. Acme was founded in 1985.',), 'Acme was founded in 1990.'),
)  # fmt: skip
# The same value twice, or a second sentence that says when, where or for whom, or of another.
AGREEING = (
    ValueCase('When was Acme founded?', ('Acme was founded in 1990.', 'Acme was founded in 1990 by two brothers.'), 'Acme was founded in 1990.'),
    ValueCase('When was Acme founded?', ('Acme was founded in 1990.', 'Bolt was founded in 1985.'), 'Acme was founded in 1990.'),
    ValueCase('When was Acme founded?', ('Acme was founded in 1990 in Berlin.', 'In 1985 the founders of Acme met.'), 'Acme was founded in 1990.'),
    ValueCase('How many employees does Nordwind have?', ('Nordwind has 340 employees.', 'Nordwind has 3 offices.'), 'Nordwind has 340 employees.'),
    ValueCase('What do herons eat?', ('Herons eat fish.', 'Herons eat frogs.'), 'Herons eat fish.'),
    ValueCase('What languages does Ana speak?', ('Ana speaks German.', 'Ana speaks Spanish.'), 'Ana speaks German.'),
    ValueCase('When was Acme founded?', ('Acme was founded in 1990.', 'The Berlin branch of Acme was founded in 1999.'), 'Acme was founded in 1990.'),
    ValueCase('How much did Acme earn in 2020?', ('Acme earned 5 million euros in 2020.', 'Acme earned 7 million euros in 2021.'), 'Acme earned 5 million euros in 2020.'),
    ValueCase('How tall is the tower?', ('The tower is 120 metres tall.', 'The tower in Rome is 50 metres tall.'), 'The tower is 120 metres tall.'),
    ValueCase('When does the pool open?', ('The pool opens at 7 am on weekdays.', 'The pool opens at 9 am on Sundays.'), 'The pool opens at 7 am on weekdays.'),
    ValueCase('What does a ticket cost?', ('A ticket costs 12 euros.', 'A ticket costs 6 euros for children.'), 'A ticket costs 12 euros.'),
    ValueCase('Who plays for Drayle?', ('Otto plays for Drayle.', 'Lena plays for Drayle.'), 'Otto plays for Drayle.'),
    ValueCase('How long does the course last?', ('The course lasts two weeks.', 'The course lasts 14 days.'), 'two weeks'),
    ValueCase('How many people live in Drayle?', ('About 12,000 people live in Drayle.', '12,400 people live in Drayle.'), '12,400 people live in Drayle.'),
    ValueCase('How many rooms does the hotel have?', ('The hotel has eighty rooms.', 'The hotel has 80 rooms.'), '80 rooms'),
    ValueCase('When was the mill built?', ('The mill was built in 1850.', 'The mill was not built in 1840.'), '1850'),
    ValueCase('Who is the mayor of Drayle?', ('The mayor of Drayle is Otto Brand.', 'The mayor of Kell is Lena Fuchs.'), 'Otto Brand'),
    ValueCase('Where is the office?', ('The office is in Berlin.', 'The office is in Berlin, Germany.'), 'Berlin'),
    ValueCase('What is the revenue of Acme?', ('In 2020 the revenue of Acme was 5 million euros.', 'In 2021 the revenue of Acme was 7 million euros.'), '5 million euros'),
    ValueCase('What are the opening days?', ('The shop is open on Monday.', 'The shop is open on Tuesday.'), 'Monday'),
    ValueCase('What does the ticket cost?', ('The ticket costs 12 euros.', 'A ticket costs 15 euros for adults.'), 'The ticket costs 12 euros.'),
)  # fmt: skip
# The word for the kind of answer is not in the document, a value of the kind is.
VALUES = (
    ValueCase('What is the warranty period?', ('The device has a 2 year warranty. The battery is excluded from the warranty.',), 'The warranty period is 2 years.'),
    ValueCase('What is the warranty period?', ('The device has a 2 year warranty. The battery is excluded from the warranty.',), 'The warranty period is 2 years [1].'),
    ValueCase('What is the price of the lamp?', ('The lamp costs 40 euros. It is made of brass.',), 'The price is 40 euros.'),
    ValueCase('What is the delivery cost?', ('Delivery is 5 euros within the country. Delivery abroad is not offered.',), 'The delivery cost is 5 euros.'),
    ValueCase('What is the length of the trial?', ('The trial runs for 30 days. The trial can be cancelled at any time.',), '30 days.'),
    ValueCase('What is the notice period?', ("Tenants must give three months' notice. Notice is given in writing.",), 'Three months.'),
    ValueCase('What is the opening date of the exhibition?', ('The exhibition opens on 12 March. Tickets are sold at the door.',), '12 March.'),
    ValueCase('What is the wall colour?', ('The walls are painted green. The ceiling is white.',), 'Green.'),
    ValueCase('What is the interest rate?', ('Savings earn 2.5% interest a year. Interest is paid in December.',), '2.5%'),
    ValueCase('What is the office address?', ('Our office is at 12 Mill Lane, Dover. The office is open on weekdays.',), '12 Mill Lane, Dover'),
    ValueCase('What is the weight of the suitcase?', ('The suitcase weighs 3 kg when empty. The suitcase has four wheels.',), '3 kg'),
    ValueCase('What is the phone number of the hotline?', ('Call the hotline at 0800 123 456. The hotline is free.',), '0800 123 456'),
    ValueCase('What is the discount amount?', ('Members get a discount of 10 euros. The discount does not apply to food.',), '10 euros'),
    ValueCase('What is the contract duration?', ('The contract runs for two years. The contract renews by itself.',), 'two years'),
    ValueCase("What is the dog's name?", ('The dog is called Rex. The dog likes bones.',), 'Rex'),
    ValueCase('What is the return period?', ('Goods may be returned within 30 days. Sale goods cannot be returned.',), '30 days'),
    ValueCase('What is the subscription price?', ('A subscription is $12 a month. Subscriptions renew in January.',), '$12 a month'),
    ValueCase('What is the mortgage rate?', ('The mortgage carries 3.9% a year. The mortgage is for flats only.',), '3.9%'),
    ValueCase('What is the parking fee?', ('Parking is 2 euros per hour. Parking is not allowed at night.',), '2 euros per hour'),
    ValueCase('What is the tank size?', ('The tank holds 40 litres. The tank is made of steel.',), '40 litres'),
    ValueCase('What is the sample age?', ('The sample is 400 years old. The sample was cleaned.',), '400 years'),
    ValueCase("What is the sofa's colour?", ('The sofa is grey. It seats three.',), 'grey'),
    ValueCase('What is the event date?', ('The event takes place on 6 July. The event is free.',), '6 July'),
    ValueCase('What is the crew number?', ('The ship has a crew of 42. The crew sleeps below deck.',), '42'),
    ValueCase("What is the cat's name?", ('Our cat is named Minka. The cat is shy.',), 'Minka'),
    ValueCase('What is the door width?', ('The door is 90 cm wide. The door is oak.',), '90 cm'),
    ValueCase('What is the battery life duration?', ('The battery lasts 9 hours. Battery wear is normal.',), '9 hours'),
    ValueCase('What is the deposit amount?', ('Guests leave a deposit of 200 euros. The deposit is paid back.',), '200 euros'),
)  # fmt: skip
# Neither is.
WITHOUT_A_VALUE = (
    ValueCase('What is the warranty period?', ('The device has a warranty. The battery is excluded from the warranty.',), 'The warranty period is 2 years.'),
    ValueCase('What is the price of the lamp?', ('The lamp is made of brass. It weighs 2 kg.',), 'The price is 40 euros.'),
    ValueCase("What is the oven's size?", ('The oven bakes 12 loaves. It has a steel door.',), 'small'),
    ValueCase('What is the warranty period?', ('There is no warranty on used goods.',), '2 years'),
    ValueCase('What is the rent amount?', ('The rent is due on Mondays.',), '500'),
)  # fmt: skip
# What is said is only what it is not.
DENIED = (
    ValueCase('Who is the CEO of Acme?', ('Bob is not the CEO of Acme. Acme was founded in 1990.',), 'Bob is not the CEO of Acme.'),
    ValueCase('Who is the CEO of Acme?', ('Bob is not the CEO of Acme. Acme was founded in 1990.',), 'Bob is the CEO of Acme.'),
    ValueCase('Where is the office of Acme?', ('The office of Acme is not in Berlin.',), 'Not in Berlin.'),
    ValueCase('When does the shop open?', ('The shop does not open on Sundays.',), 'The shop does not open on Sundays.'),
    ValueCase('Who wrote the report?', ('The report was never written by Clara.',), 'Clara'),
    ValueCase('What colour is the car?', ("The car isn't red.",), "The car isn't red."),
    ValueCase('How much does the ticket cost?', ('The ticket no longer costs 5 euros.',), '5 euros'),
    ValueCase('Which city hosts the fair?', ('Leipzig does not host the fair.',), 'Leipzig does not host the fair.'),
    ValueCase('When was the mill built?', ('The mill was not built in 1850.',), 'The mill was not built in 1850.'),
    ValueCase('Who leads the team?', ('Neither Ann nor Paul leads the team.',), 'Ann'),
    ValueCase('Who designed the logo?', ('It is wrong that Mia designed the logo.',), 'Mia designed the logo.'),
    ValueCase('Who is the treasurer of the club?', ('Eva is no longer the treasurer of the club.',), 'Eva'),
    ValueCase('Who is the captain of the Aurora?', ('Mr Voss is not the captain of the Aurora, and the Aurora is a brig.',), 'Mr Voss'),
    ValueCase('Where was Lena born?', ('Lena was not born in Vienna. She grew up in Graz.',), 'Vienna'),
    ValueCase('Where was Lena born?', ('Lena was not born in Vienna. She grew up in Graz.',), 'Lena was born in Graz.'),
    ValueCase('Which bird builds the nest?', ('The stork does not build the nest.',), 'The stork builds the nest.'),
    ValueCase('How many wheels does the cart have?', ('The cart does not have 3 wheels.',), '3 wheels'),
    ValueCase('When does term start?', ("Term doesn't start on 1 September.",), '1 September'),
    ValueCase('What is the password of the router?', ('The password of the router is not admin.',), 'admin'),
    ValueCase('Who founded Acme?', ('Acme, the pump maker, was not founded by Ann.',), 'Ann founded Acme.'),
    ValueCase('What is the capital of Drayle?', ('Kell is not the capital of Drayle; it never was.',), 'Kell'),
    ValueCase('Who painted the ceiling?', ('The rumour that Ole painted the ceiling is false.',), 'Ole painted the ceiling.'),
    ValueCase('Whose car is it?', ('It is not the car of Tim.',), 'Tim'),
)  # fmt: skip
# A "not" that takes nothing back of the answer, or is what was asked for.
AFFIRMED = (
    ValueCase('What is not covered by the warranty?', ('The battery is not covered by the warranty.',), 'The battery is not covered by the warranty.'),
    ValueCase('Is Bob the CEO of Acme?', ('Bob is not the CEO of Acme.',), 'Bob is not the CEO of Acme.'),
    ValueCase('Who may not enter the hall?', ('Children may not enter the hall.',), 'Children may not enter the hall.'),
    ValueCase('How long does leave last?', ('Leave lasts 10 days and does not roll over.',), 'Leave lasts 10 days.'),
    ValueCase('What must I not do with the pump?', ('Do not run the pump dry.',), 'Do not run the pump dry.'),
    ValueCase('Why does the pump fail?', ('The pump fails because it was not oiled.',), 'The pump fails because it was not oiled.'),
    ValueCase('How many children does Ann have?', ('Ann has no children.',), 'Ann has no children.'),
    ValueCase('Who founded Acme?', ('Acme was not founded by Ann but by Bea.',), 'Acme was founded by Bea.'),
    ValueCase('When does the gate open?', ('The gate does not open before 9:00.',), 'The gate does not open before 9:00.'),
    ValueCase('How heavy may a parcel be?', ('A parcel must not exceed 20 kg.',), 'A parcel must not exceed 20 kg.'),
    ValueCase('Who is the mayor of Kell?', ('Otto is the mayor of Kell, not of Drayle.',), 'Otto is the mayor of Kell.'),
    ValueCase('What does the ticket cost?', ('The ticket costs 5 euros and cannot be returned.',), 'The ticket costs 5 euros.'),
    ValueCase('Is the hall open on Sundays?', ('The hall is not open on Sundays.',), 'No, the hall is not open on Sundays.'),
    ValueCase('Who does not eat meat?', ('Tim does not eat meat.',), 'Tim does not eat meat.'),
    ValueCase('What colour is the roof?', ('The roof is red because tiles were not available in grey.',), 'The roof is red.'),
)  # fmt: skip
